//! The audit log: rows that the database stamps and hashes, seals that sign them, an anchor outside, and the proof.
//!
//! - The *row* gets its hash (its *leaf*) from a trigger; [`Row`] rebuilds the same bytes here.
//! - A *seal* signs the Merkle root over the leaves of all transactions that ended since the seal before it. The key
//!   is not in the database, so whoever can change rows there cannot sign them.
//! - The *anchor* is a copy of all seals in a file: without it, cutting off the end of the log would go unnoticed.
//! - An *epoch* is one life of the database. A dump that is restored begins a new one, by name and with a reason.
//!
//! What this cannot see: a row that a superuser wrote and removed within the second before its seal. The log on standard
//! output is the witness for that second. And whoever has the database, the key and every copy of the anchor can
//! write what they like.
mod anchor;
mod canonical;
mod chain;
mod copy;
mod epoch;
mod guard;
mod key;
mod links;
mod merkle;
mod report;
mod rows;
mod seal;
mod suspect;
mod verify;
mod wire;

pub use anchor::AnchorFile;
pub use canonical::Row;
pub use chain::{Seal, last_seal};
pub use epoch::Opening;
pub use guard::{guards, harden};
pub use key::{SigningKey, TrustedKeys};
pub use merkle::Merkle;
pub use report::{Place, Problem, Report, Unsealed};
pub use rows::entry;
pub use seal::{Health, Sealer, unsealed};
pub use verify::{Range, verify};
pub use wire::{Hash, Micros, Xid8};

use std::path::PathBuf;

/// What can go wrong while sealing or verifying; a log that is found to be wrong is no error, but a [`Problem`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database did not answer, or not as expected.
    #[error("the audit log could not be read or written: {0}")]
    Database(#[from] sqlx::Error),
    /// The signing key or a trusted key cannot be used.
    #[error("{0}")]
    Key(String),
    /// The file outside the database cannot be read or written.
    #[error("the anchor {path} cannot be used: {source}", path = path.display())]
    Anchor { path: PathBuf, source: std::io::Error },
    /// Sealing must not go on before somebody has looked.
    #[error(transparent)]
    Halted(#[from] Halt),
}

/// Why sealing stops until a person has decided.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Halt {
    #[error(
        "This database was restored from a dump of another server: its transaction ids have started again. \
         Begin a new epoch with `backlot audit new-epoch`, naming the reason."
    )]
    Moved,
    #[error(
        "The anchor holds seal {anchored}, the database only {stored}: seals are missing at the end. \
         If an older backup was restored, begin a new epoch with `backlot audit new-epoch`; if not, somebody cut off the log."
    )]
    Behind { anchored: i64, stored: i64 },
    #[error(
        "Transaction ids are now below those of the last seal ({seal}). \
         If the database was restored, begin a new epoch with `backlot audit new-epoch`."
    )]
    Backwards { seal: i64 },
    #[error("Seal {seal} is not what it was: {why}. Run `backlot audit verify` and keep a copy of the database.")]
    Rewritten { seal: i64, why: String },
    #[error("Nothing has been lost or restored, so there is no reason for a new epoch.")]
    Needless,
}

impl Halt {
    /// Whether a new epoch is the way on; a rewritten seal stays an alarm.
    pub fn ends_with_new_epoch(&self) -> bool {
        matches!(self, Self::Moved | Self::Behind { .. } | Self::Backwards { .. })
    }
}

/// The result of sealing and verifying.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<Error> for crate::kernel::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Database(error) => error.into(),
            other => Self::internal(other),
        }
    }
}
