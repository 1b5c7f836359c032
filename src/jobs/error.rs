//! What can go wrong around a job, as opposed to inside it.

/// What can go wrong around a job.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the database did not answer in time")]
    Silence,
    #[error("the job cannot be written down: {0}")]
    Payload(#[from] serde_json::Error),
    #[error("another job with the key {0} kept coming and going")]
    Busy(String),
    #[error("the schedule {name}: {why}")]
    Schedule { name: String, why: String },
    #[error("two jobs or schedules are called {0}")]
    Twice(String),
}

impl From<Error> for crate::kernel::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Database(error) => error.into(),
            other => Self::internal(other),
        }
    }
}
