//! Copying seals into the anchor, each one checked before it is believed.
use super::anchor::{AnchorFile, Anchored};
use super::chain::{Seal, seal_before, seals_after};
use super::key::TrustedKeys;
use super::merkle::Merkle;
use super::rows::leaves;
use super::wire::Hash;
use super::{Error, Halt, Result};
use futures::TryStreamExt;
use sqlx::PgPool;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Seals over more rows are anchored without prints: a line must stay readable at once.
pub(super) const MOST_PRINTS: i32 = 10_000;
/// The bytes that a row's print takes.
pub(super) const PRINT: usize = 16;

/// The anchor, shared with the threads that may wait for the disk.
#[derive(Clone)]
pub(super) struct Anchor {
    path: PathBuf,
    file: Arc<Mutex<AnchorFile>>,
}

impl Anchor {
    pub(super) fn new(file: AnchorFile) -> Self {
        Self { path: file.path().to_owned(), file: Arc::new(Mutex::new(file)) }
    }

    /// The number and the hash of the last seal that is anchored.
    pub(super) async fn last(&self) -> Result<Option<(i64, Hash)>> {
        self.with(AnchorFile::last).await
    }

    /// Copies every seal that the anchor does not have yet: those of a crash between commit and anchor, those of other
    /// instances, and the one just made.
    pub(super) async fn copy_new(&self, pool: &PgPool, keys: &TrustedKeys) -> Result<()> {
        let mut last = self.last().await?.map_or(0, |(number, _)| number);
        let mut prev = seal_before(pool, last + 1).await?.map(|seal| seal.seal).unwrap_or_default();
        loop {
            let seals = seals_after(pool, last, 200).await?;
            if seals.is_empty() {
                return Ok(());
            }
            for seal in seals {
                if let Some(why) = objection(&seal, prev, keys) {
                    return Err(Halt::Rewritten { seal: seal.seal_no, why }.into());
                }
                (last, prev) = (seal.seal_no, seal.seal);
                let prints = prints(pool, &seal).await?;
                self.with(move |file| file.append(&Anchored { seal, prints })).await?;
            }
        }
    }

    async fn with<T: Send + 'static>(&self, work: impl FnOnce(&mut AnchorFile) -> Result<T> + Send + 'static) -> Result<T> {
        let file = self.file.clone();
        let done = tokio::task::spawn_blocking(move || work(&mut file.lock().unwrap_or_else(PoisonError::into_inner)));
        match done.await {
            Ok(result) => result,
            Err(error) => Err(Error::Anchor { path: self.path.clone(), source: std::io::Error::other(error) }),
        }
    }
}

fn objection(seal: &Seal, prev: Hash, keys: &TrustedKeys) -> Option<String> {
    if seal.prev != prev {
        return Some("it does not follow the seal before it".into());
    }
    seal.objection(keys)
}

/// A print of each row under a seal; none where the rows are no longer those that were sealed.
async fn prints(pool: &PgPool, seal: &Seal) -> Result<Vec<u8>> {
    if seal.rows == 0 || seal.rows > MOST_PRINTS {
        return Ok(Vec::new());
    }
    let (mut tree, mut prints) = (Merkle::default(), Vec::new());
    let mut rows = leaves(pool, seal.epoch, seal.lo_xid, seal.hi_xid);
    while let Some(row) = rows.try_next().await? {
        tree.push(row.leaf);
        prints.extend_from_slice(&print(row.seq, row.leaf));
    }
    if tree.root() == seal.root {
        return Ok(prints);
    }
    tracing::error!(seal = seal.seal_no, "rows of the audit log were changed right after they were sealed");
    Ok(Vec::new())
}

/// A row's number and the first bytes of its leaf.
pub(super) fn print(seq: i64, leaf: Hash) -> [u8; PRINT] {
    let mut print = [0; PRINT];
    print[..8].copy_from_slice(&seq.to_be_bytes());
    print[8..].copy_from_slice(&leaf.0[..8]);
    print
}
