//! An object store that speaks S3 and keeps everything in memory; it can be told to misbehave.
mod answer;
mod signature;

pub use signature::sign;

use crate::gateways::storage::Place;
use crate::sandbox::weights::Weights;
use answer::serve;
use async_trait::async_trait;
use axum::Router;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The region that it says it is in.
pub const REGION: &str = "eu-central-1";

/// How it behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Honest,
    /// 503 SlowDown, with how many seconds to wait.
    Busy(u64),
    /// 403 AccessDenied, whoever asks.
    Closed,
    /// 500 InternalError.
    Broken,
    /// Answers late.
    Slow(Duration),
    /// Hangs up in the middle of what it sends.
    Cutting,
    /// Hangs up in the middle of what it is sent.
    Dropping,
    /// Keeps the first half of what it is sent, and says that all is well.
    Losing,
    /// Sends all of an object, whatever part is asked for.
    Rangeless,
}

/// What is there although nobody has put it there.
#[async_trait]
pub trait Shelf: Send + Sync + 'static {
    /// The object of that key.
    async fn find(&self, key: &str) -> Option<Weights>;
}

pub(super) struct Desk {
    pub bucket: String,
    pub key_id: String,
    pub secret: String,
    pub mode: Mode,
    /// What begins so; everything after it is zeros.
    pub objects: BTreeMap<String, Weights>,
    pub asked: Vec<String>,
    pub shelf: Option<Arc<dyn Shelf>>,
}

pub(super) type Shared = Arc<Mutex<Desk>>;

pub(super) fn open(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running store with one bucket. It stops when dropped.
pub struct Bucket {
    address: SocketAddr,
    desk: Shared,
    server: JoinHandle<io::Result<()>>,
}

impl Bucket {
    /// Opens on a free port of this machine.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start(name: &str) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let desk = Arc::new(Mutex::new(Desk {
            bucket: name.to_owned(),
            key_id: "AKIASANDBOX".to_owned(),
            secret: "a/secret+of/the/sandbox".to_owned(),
            mode: Mode::Honest,
            objects: BTreeMap::new(),
            asked: Vec::new(),
            shelf: None,
        }));
        let app = Router::new().fallback(serve).with_state(Arc::clone(&desk));
        let server = tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { address, desk, server })
    }

    /// What a client is given.
    #[must_use]
    pub fn place(&self) -> Place {
        let desk = open(&self.desk);
        Place {
            endpoint: format!("http://{}", self.address),
            bucket: desk.bucket.clone(),
            region: REGION.to_owned(),
            key_id: desk.key_id.clone(),
            secret: SecretString::from(desk.secret.clone()),
            in_path: true,
        }
    }

    /// How it behaves from now on.
    pub fn set(&self, mode: Mode) {
        open(&self.desk).mode = mode;
    }

    /// What is there although nobody has put it there.
    pub fn stock(&self, shelf: Arc<dyn Shelf>) {
        open(&self.desk).shelf = Some(shelf);
    }

    /// Puts something there without asking.
    pub fn keep(&self, key: &str, bytes: Vec<u8>) {
        let size = bytes.len() as u64;
        open(&self.desk).objects.insert(key.to_owned(), Weights { head: bytes, size });
    }

    /// The keys that are there, in their order.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        open(&self.desk).objects.keys().cloned().collect()
    }

    /// Method, path and range of everything that was asked.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        open(&self.desk).asked.clone()
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.server.abort();
    }
}
