//! Why an export was not made, and whether another try may help.
use crate::gateways::storage::StoreError;
use crate::jobs::JobError;
use crate::kernel::Error;
use std::io::ErrorKind;
use tokio::task::JoinError;

/// Why an export was not made.
pub enum Stop {
    /// Another try may help.
    Job(JobError),
    /// No other try helps: in a sentence for whoever asked.
    Hopeless(String),
    /// It was cancelled, or another attempt is at it.
    Over,
}

impl From<JobError> for Stop {
    fn from(error: JobError) -> Self {
        Self::Job(error)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(_) | Error::Malformed(_) => Self::Hopeless(format!("Its filter makes no sense any more: {error}")),
            other => Self::Job(JobError::retry(other)),
        }
    }
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Job(JobError::from(error))
    }
}

/// What the file has against it.
pub fn unwritten(error: std::io::Error) -> Stop {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => disk_full(),
        ErrorKind::FileTooLarge => Stop::Hopeless("The file is larger than the disk takes.".into()),
        _ => Stop::Job(JobError::retry(error)),
    }
}

fn disk_full() -> Stop {
    Stop::Hopeless("The disk is full: there is no room for this file. Nothing of it was kept.".into())
}

/// The library that writes Excel's sheets panics where the disk takes no more, and says why only in words.
pub fn died(error: JoinError) -> Stop {
    match error.try_into_panic() {
        Ok(panic) => match panic.downcast_ref::<String>() {
            Some(words) if words.contains("StorageFull") || words.contains("QuotaExceeded") => disk_full(),
            words => Stop::Job(JobError::retry(format!("writing panicked: {}", words.map_or("without a word", String::as_str)))),
        },
        Err(error) => Stop::Job(JobError::retry(error)),
    }
}

pub fn stored(error: StoreError) -> Stop {
    match error {
        StoreError::Full => Stop::Hopeless("The object store is full: there is no room for this file. Nothing of it was kept.".into()),
        StoreError::Off => {
            Stop::Hopeless("No object store is configured (BACKLOT_STORAGE_MODE), so there is no place for the file.".into())
        }
        error => Stop::Job(JobError::retry(error)),
    }
}
