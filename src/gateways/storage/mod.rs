//! Where files live that are too large for a database: weights and training images, by key.
mod folder;
mod key;
mod s3;
pub mod safetensors;

pub use folder::Folder;
pub use key::Key;
pub use s3::{Place, S3, Unusable};

use async_trait::async_trait;
use axum::body::Bytes;
use futures::stream::BoxStream;
use std::fs::File;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// What is known of an object without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Bytes.
    pub size: u64,
}

/// A piece of an object, and how large all of it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub bytes: Vec<u8>,
    pub total: u64,
}

/// An object that is being read.
pub struct Opened {
    pub size: u64,
    pub body: BoxStream<'static, std::io::Result<Bytes>>,
}

/// Some of the keys under a prefix, in their order, and where to go on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    pub keys: Vec<String>,
    pub next: Option<String>,
}

/// Why an object could not be had.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no object of that key.
    #[error("there is no such file in the object store")]
    Missing,
    /// The store knows us and does not let us: its settings are wrong, or ours.
    #[error("the object store refuses access: {0}")]
    Refused(String),
    /// It asks us to wait.
    #[error("the object store is too busy for the moment")]
    Busy(Option<Duration>),
    /// It is away, or its answer was lost. Everything asked of a store may be asked again.
    #[error("the object store does not answer: {0}")]
    Away(String),
    /// Its answer makes no sense.
    #[error("the object store's answer cannot be read: {0}")]
    Protocol(String),
    /// There is no room for it.
    #[error("the object store is full")]
    Full,
    /// No store is configured.
    #[error("no object store is configured (BACKLOT_STORAGE_MODE)")]
    Off,
}

impl StoreError {
    /// Whether it may well work later.
    #[must_use]
    pub fn will_pass(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::Away(_))
    }
}

/// Keeps objects by key. Writing and deleting are the same when they are done twice.
#[async_trait]
pub trait ObjectStore: Send + Sync + 'static {
    /// How large an object is.
    async fn head(&self, key: &Key) -> Result<Head, StoreError>;

    /// Part of an object; what lies beyond its end is left out.
    async fn get_range(&self, key: &Key, range: Range<u64>) -> Result<Piece, StoreError>;

    /// All of it, piece by piece.
    async fn open(&self, key: &Key) -> Result<Opened, StoreError>;

    /// Writes an object, over another if there is one: all of it or nothing.
    async fn put(&self, key: &Key, bytes: Vec<u8>) -> Result<(), StoreError>;

    /// The same from a file, read from where it stands, of exactly so many bytes: however large it is, little of it is in memory.
    async fn put_file(&self, key: &Key, file: File, bytes: u64) -> Result<(), StoreError>;

    /// Removes what somebody began to write and will not finish any more.
    async fn tidy(&self) -> Result<(), StoreError>;

    /// Removes an object; one that is not there is removed already.
    async fn delete(&self, key: &Key) -> Result<(), StoreError>;

    /// Keys that begin so, up to a thousand at a time, after `after`.
    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Listed, StoreError>;

    /// An address where somebody without an account can read this object for a while; `None` where the store has no such thing.
    fn lend(&self, key: &Key, time: Duration) -> Option<String>;

    /// The same for writing it, once or more.
    fn take_in(&self, key: &Key, time: Duration) -> Option<String>;
}

/// The studio's object store, if there is one; cheap to clone.
#[derive(Clone, Default)]
pub struct Objects(Option<Arc<dyn ObjectStore>>);

impl Objects {
    /// Over a store.
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self(Some(store))
    }

    /// The store itself.
    ///
    /// # Errors
    /// `Off` when none is configured.
    pub fn store(&self) -> Result<&Arc<dyn ObjectStore>, StoreError> {
        self.0.as_ref().ok_or(StoreError::Off)
    }

    /// Whether there is one.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.0.is_some()
    }
}
