//! Calls to the object store.
use super::{Outage, Watched};
use crate::gateways::storage::{Head, Key, Listed, ObjectStore, Opened, Piece, StoreError};
use async_trait::async_trait;
use std::fs::File;
use std::ops::Range;
use std::time::Duration;

impl Outage for StoreError {
    fn is_outage(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Away(_) | Self::Protocol(_) | Self::Full)
    }
}

#[async_trait]
impl<S: ObjectStore> ObjectStore for Watched<S> {
    async fn head(&self, key: &Key) -> Result<Head, StoreError> {
        self.see(self.inner.head(key)).await
    }

    async fn get_range(&self, key: &Key, range: Range<u64>) -> Result<Piece, StoreError> {
        self.see(self.inner.get_range(key, range)).await
    }

    async fn open(&self, key: &Key) -> Result<Opened, StoreError> {
        self.see(self.inner.open(key)).await
    }

    async fn put(&self, key: &Key, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.see(self.inner.put(key, bytes)).await
    }

    async fn put_file(&self, key: &Key, file: File, bytes: u64) -> Result<(), StoreError> {
        self.see(self.inner.put_file(key, file, bytes)).await
    }

    async fn tidy(&self) -> Result<(), StoreError> {
        self.see(self.inner.tidy()).await
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.see(self.inner.delete(key)).await
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Listed, StoreError> {
        self.see(self.inner.list(prefix, after)).await
    }

    fn lend(&self, key: &Key, time: Duration) -> Option<String> {
        self.inner.lend(key, time)
    }

    fn take_in(&self, key: &Key, time: Duration) -> Option<String> {
        self.inner.take_in(key, time)
    }
}
