//! Server-sent events (HTML Standard, 9.2): what is new, told as it happens to whoever listens.
use crate::kernel::{Error, Result};
use crate::live::{Live, Topic, Versions};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{Stream, unfold};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_util::sync::CancellationToken;

/// How many may listen to one server at once.
const SEATS: usize = 10_000;
/// Seconds after which one who found no seat may ask again.
const COME_BACK: u64 = 10;
/// A line that has nothing to say says so, before anything between thinks that it is dead.
const BREATH: Duration = Duration::from_secs(15);

/// The seats of one server, until it closes.
#[derive(Clone, Debug)]
pub struct Seats {
    free: Arc<Semaphore>,
    closing: CancellationToken,
}

/// One who listens.
struct Listener {
    news: watch::Receiver<Versions>,
    heard: Versions,
    topics: &'static [Topic],
    closing: CancellationToken,
    _seat: OwnedSemaphorePermit,
}

impl Seats {
    /// Seats that are left when the server closes.
    pub fn new(closing: CancellationToken) -> Self {
        Self { free: Arc::new(Semaphore::new(SEATS)), closing }
    }

    /// Tells of each new version of these topics, in the words of `tell`; the first event is what there is now.
    ///
    /// # Errors
    /// `Throttled` when all seats are taken.
    pub fn listen(&self, live: &Live, topics: &'static [Topic], tell: fn(Topic, i64) -> Event) -> Result<Response> {
        let seat = Arc::clone(&self.free).try_acquire_owned().map_err(|_| Error::Throttled(COME_BACK))?;
        let mut news = live.news();
        news.mark_changed();
        let listener = Listener { news, heard: Versions::default(), topics, closing: self.closing.clone(), _seat: seat };
        Ok(Sse::new(told(listener, tell)).keep_alive(KeepAlive::new().interval(BREATH)).into_response())
    }
}

fn told(listener: Listener, tell: fn(Topic, i64) -> Event) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(listener, move |mut listener| async move {
        loop {
            let now = *listener.news.borrow();
            let next = listener.topics.iter().find(|topic| now.of(**topic) != listener.heard.of(**topic));
            if let Some(topic) = next {
                listener.heard.set(*topic, now.of(*topic));
                return Some((Ok(tell(*topic, now.of(*topic))), listener));
            }
            tokio::select! {
                () = listener.closing.cancelled() => return None,
                changed = listener.news.changed() => changed.ok()?,
            }
        }
    })
}
