//! A piece of work that happens later.
use std::error::Error as StdError;
use std::future::Future;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::work::Work;

/// A piece of work that happens later. No constant has a default: each job answers every question.
///
/// A job is started at least once. What it changes in this database it changes through [`Work::transaction`], which
/// makes it exactly once; what it does to the outside world it keys with [`Work::key`].
pub trait Job: Serialize + DeserializeOwned + Send + 'static {
    /// What it needs of the application: the whole state, or a part that can be had from it (`FromRef`).
    type State: Send + Sync + 'static;
    /// Its name in the queue, for instance `users.end_sessions`. It outlives the type's own name.
    const NAME: &'static str;
    const MAX_ATTEMPTS: u32;
    /// Past this an attempt is given up and counts as failed.
    const TIMEOUT: Duration;

    /// One attempt. It may be cut off at every `await`.
    fn run(self, work: &mut Work<Self::State>) -> impl Future<Output = Result<(), JobError>> + Send;
}

/// Why an attempt came to nothing.
#[derive(Debug)]
pub enum JobError {
    /// Worth another try, after a pause that grows unless one is asked for.
    Retry { why: String, after: Option<Duration> },
    /// No use trying again: the job is dead until an operator retries it.
    Fail { why: String },
    /// The claim is gone: somebody else has the job now, and this attempt may change nothing.
    LostLease,
}

impl JobError {
    /// Worth another try.
    pub fn retry(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Retry { why: story(&*error.into()), after: None }
    }

    /// As `retry`, after the pause that the other side asked for.
    pub fn retry_after(error: impl Into<Box<dyn StdError + Send + Sync>>, pause: Duration) -> Self {
        Self::Retry { why: story(&*error.into()), after: Some(pause) }
    }

    /// No use trying again.
    pub fn fail(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Fail { why: story(&*error.into()) }
    }
}

/// A database that is gone for a moment, a deadlock, a lock that was not had in time: all pass.
impl From<sqlx::Error> for JobError {
    fn from(error: sqlx::Error) -> Self {
        Self::retry(error)
    }
}

impl From<super::Error> for JobError {
    fn from(error: super::Error) -> Self {
        Self::retry(error)
    }
}

/// The error and its causes in one line.
fn story(error: &(dyn StdError + 'static)) -> String {
    let mut told = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_told = cause.to_string();
        if !told.contains(&cause_told) {
            told.push_str(": ");
            told.push_str(&cause_told);
        }
        next = cause.source();
    }
    told
}
