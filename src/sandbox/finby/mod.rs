//! A payment gateway that speaks Finby's protocols: tokens, hosted pages with test cards, recurring charges, refunds, signed
//! notifications; it can be told to be late, to lose answers, to lie, and it keeps a journal of the money that really moved.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::result_large_err,
    reason = "a stand-in is somebody else's program: it answers in its own words"
)]

mod bank;
mod books;
mod doors;
mod mapi;
mod page;
mod rest;
mod tell;

pub use bank::card;
pub use books::{Ear, Entry, Kind, Known, Move, Source};
pub use tell::Post;

use crate::gateways::finby::{Access, Mode};
use books::Books;
use reqwest::Url;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The project that it knows, and its secret.
pub const PROJECT: &str = "4107000000";
pub const SECRET: &str = "sandbox-finby-secret";

/// What is asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    Token,
    Start,
    Fetch,
    Refund,
    Charge,
}

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The line breaks before anything is done.
    HangUp,
    /// It is done, and the answer never comes.
    LostAnswer,
    /// It is done, and what comes is a page of HTML with 502.
    Html,
    /// It is done, and half of the answer comes.
    Torn,
    /// 500 with nothing done.
    Broken,
    /// Too many at once: result 1132014, nothing done.
    Busy,
    /// The token is not taken any more.
    Stranger,
    /// Not there yet, although it is: result 1132005.
    NotYet,
}

/// What is behind all doors.
struct Desk {
    books: Books,
    faults: BTreeMap<Call, VecDeque<Fault>>,
    /// Tokens that are good, and until which second.
    tokens: BTreeMap<String, i64>,
    /// Seconds that its clock is ahead.
    ahead: i64,
    post: Post,
    running: Vec<JoinHandle<()>>,
    source: Option<Arc<dyn Source>>,
}

struct Inside {
    desk: Mutex<Desk>,
    base: String,
    http: reqwest::Client,
}

impl Inside {
    /// Takes a paper that it does not have into its books, if its source knows of it.
    async fn learn(&self, id: i64) {
        let source = {
            let desk = self.open();
            desk.source.clone().filter(|_| desk.books.find(id).is_none())
        };
        let Some(source) = source else { return };
        if let Some(known) = source.find(id).await {
            self.open().books.learn(id, known);
        }
    }

    fn open(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    fn now(&self) -> i64 {
        jiff::Timestamp::now().as_second() + self.ahead
    }

    /// The fault that the next such call has.
    fn fault(&mut self, call: Call) -> Option<Fault> {
        self.faults.get_mut(&call).and_then(VecDeque::pop_front)
    }
}

/// A running gateway. It stops when dropped.
pub struct Gateway {
    inside: Arc<Inside>,
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Gateway {
    /// Starts on a port of its own.
    ///
    /// # Errors
    /// When it cannot listen, or no client can be made.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let http = crate::gateways::call::client(Duration::from_secs(5)).map_err(io::Error::other)?;
        let desk = Desk {
            books: Books::default(),
            faults: BTreeMap::new(),
            tokens: BTreeMap::new(),
            ahead: 0,
            post: Post::default(),
            running: Vec::new(),
            source: None,
        };
        let inside = Arc::new(Inside { desk: Mutex::new(desk), base: format!("http://{address}"), http });
        let app = doors::app(Arc::clone(&inside));
        let serving = tokio::spawn(async move {
            // It ends with the task.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { inside, address, serving })
    }

    /// What the client is given to speak to it.
    ///
    /// # Errors
    /// Never: its own address is one.
    pub fn access(&self) -> Result<Access, <Url as std::str::FromStr>::Err> {
        let url: Url = self.inside.base.parse()?;
        Ok(Access { mode: Mode::Sandbox, rest: url.clone(), mapi: url, project: PROJECT.into(), secret: SECRET.into() })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Payments that are there although nobody has made them here; its own numbers begin after `last`.
    pub fn stock(&self, source: Arc<dyn Source>, last: i64) {
        let mut desk = self.inside.open();
        desk.source = Some(source);
        desk.books.number_after(last);
    }

    /// The next calls of a kind go wrong so, in this order.
    pub fn fail(&self, call: Call, faults: &[Fault]) {
        self.inside.open().faults.entry(call).or_default().extend(faults);
    }

    /// Tokens that were given are not taken any more.
    pub fn revoke_tokens(&self) {
        self.inside.open().tokens.clear();
    }

    /// Lets its clock go on.
    pub fn advance(&self, seconds: i64) {
        self.inside.open().ahead += seconds;
    }

    /// How it tells from now on.
    pub fn post(&self, post: Post) {
        self.inside.open().post = post;
    }

    /// The customer pays on the hosted page with this card, without a browser; false when that payment is not waiting.
    pub fn pay(&self, id: i64, card: &str) -> bool {
        let paid = self.inside.open().books.pay(id, card);
        if paid {
            tell::tell(&self.inside, id);
        }
        paid
    }

    /// Tells of everything once more, as one does that heard no answer.
    pub fn tell_again(&self) {
        let all = self.inside.open().books.numbers();
        for id in all {
            tell::tell(&self.inside, id);
        }
    }

    /// The cardholder's bank takes a payment back.
    pub fn charge_back(&self, id: i64) {
        self.inside.open().books.charge_back(id);
        tell::tell(&self.inside, id);
    }

    /// From now on a stored card answers so: the code of the acquirer, or none when it works.
    pub fn spoil_card(&self, initial: i64, code: Option<&'static str>) {
        self.inside.open().books.spoil(initial, code);
    }

    /// Everything that moved, oldest first.
    #[must_use]
    pub fn journal(&self) -> Vec<Entry> {
        self.inside.open().books.journal()
    }

    /// Waits until everything that it wants to tell is told.
    pub async fn told(&self) {
        loop {
            let running = std::mem::take(&mut self.inside.open().running);
            if running.is_empty() {
                return;
            }
            for task in running {
                // One that was cut off has nothing more to tell.
                let _ = task.await;
            }
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.serving.abort();
        for task in &self.inside.open().running {
            task.abort();
        }
    }
}
