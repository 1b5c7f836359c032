//! The jobs this version of the program knows, and when some of them come by the clock.
use std::collections::HashMap;
use std::time::Duration;

use axum::extract::FromRef;
use futures::future::BoxFuture;
use sqlx::PgPool;

use super::error::Error;
use super::job::{Job, JobError};
use super::lease::Claimed;
use super::queue::NewJob;
use super::schedule::Schedule;
use super::work::Work;

/// How an attempt that did not fail ended.
pub(super) enum Ended {
    /// The job committed its own end together with its changes.
    Committed,
    /// The end is still to be written.
    Returned,
}

type Run<S> = Box<dyn Fn(&S, PgPool, Claimed) -> BoxFuture<'static, Result<Ended, JobError>> + Send + Sync>;

pub(super) struct Handler<S> {
    pub timeout: Duration,
    pub run: Run<S>,
}

pub(super) type Handlers<S> = HashMap<&'static str, Handler<S>>;

/// The jobs this version of the program knows. A job of any other name is left to the servers that know it.
pub struct Registry<S> {
    handlers: Handlers<S>,
    schedules: Vec<Schedule>,
    twice: Vec<String>,
}

impl<S> Default for Registry<S> {
    fn default() -> Self {
        Self { handlers: HashMap::new(), schedules: Vec::new(), twice: Vec::new() }
    }
}

impl<S> Registry<S> {
    /// One that knows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a job known.
    #[must_use]
    pub fn register<J: Job>(mut self) -> Self
    where
        J::State: FromRef<S>,
    {
        let run: Run<S> = Box::new(|state, pool, claimed| Box::pin(attempt::<J>(J::State::from_ref(state), pool, claimed)));
        if self.handlers.insert(J::NAME, Handler { timeout: J::TIMEOUT, run }).is_some() {
            self.twice.push(J::NAME.into());
        }
        self
    }

    /// Enqueues `job` by the clock: `cron` has five fields, or six with seconds first, read in the zone `time_zone`.
    /// It is left out while the one before it still waits or runs.
    ///
    /// # Errors
    /// When the times or the zone make no sense, or the job cannot be written as JSON.
    pub fn schedule<J: Job>(mut self, name: &str, cron: &str, time_zone: &str, job: &J) -> Result<Self, Error> {
        if self.schedules.iter().any(|known| known.name() == name) {
            self.twice.push(name.into());
        }
        self.schedules.push(Schedule::new(name, cron, time_zone, NewJob::of(job)?)?);
        Ok(self)
    }

    pub(super) fn checked(mut self) -> Result<(Handlers<S>, Vec<Schedule>), Error> {
        // The same order on every server, so that two that start at once do not wait for each other's rows.
        self.schedules.sort_by(|a, b| a.name().cmp(b.name()));
        match self.twice.into_iter().next() {
            Some(name) => Err(Error::Twice(name)),
            None => Ok((self.handlers, self.schedules)),
        }
    }
}

async fn attempt<J: Job>(state: J::State, pool: PgPool, claimed: Claimed) -> Result<Ended, JobError> {
    let mut work = Work::new(state, pool, &claimed);
    // A newer version may have written it: the server that understands it gets it at one of the next attempts.
    let job: J = serde_json::from_value(claimed.payload).map_err(JobError::retry)?;
    job.run(&mut work).await?;
    Ok(if work.is_finished() { Ended::Committed } else { Ended::Returned })
}
