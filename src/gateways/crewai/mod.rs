//! The crews of agents that write scripts and draw storyboards: each has a host of its own that speaks CrewAI's API.
//!
//! There is no idempotency key, no list and no retry at those hosts: what was asked and never answered may have been started, and
//! whoever asks again starts it twice. So each error says how much can have happened.

mod crews;
mod hook;
mod http;
mod phase;
mod wire;

pub use crews::{Callback, Crew, Crews, Mode};
pub use hook::{Hint, hints};
pub use http::Hosts;
pub use phase::Phase;
pub use wire::{Progress, Status, TaskResult};

use async_trait::async_trait;
use serde_json::Value;
use std::time::Duration;

/// What a run is started with.
#[derive(Clone, Debug)]
pub struct Kickoff {
    pub inputs: Value,
    /// Comes back with what the host tells of this run.
    pub meta: Value,
}

/// What came of asking to stop a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopping {
    Stopped,
    /// It was over already; in the host's words.
    TooLate(String),
}

/// Why a crew's host did not do what it was asked, by how much can have happened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CrewError {
    /// No host is named for this crew.
    #[error("no host is set for the crew “{0}”")]
    NoHost(String),
    /// It said no, and nothing happened.
    #[error("refused ({status}): {said}")]
    Rejected { status: u16, said: String, missing: Vec<String> },
    /// It could not be reached: nothing was sent.
    #[error("the crew's host cannot be reached: {0}")]
    NeverSent(String),
    /// It may have happened.
    #[error("{0}")]
    Uncertain(String),
    /// Too many requests; nothing happened.
    #[error("the crew's host asks for patience (429)")]
    Throttled { after: Option<Duration> },
    /// It does not know our token; nothing happened.
    #[error("the crew's host does not take our token ({0})")]
    Auth(u16),
    /// An answer that makes no sense.
    #[error("the crew's host answered something else than was asked: {0}")]
    Protocol(String),
}

/// Starts runs of crews, and asks how they are.
#[async_trait]
pub trait WorkflowRunner: Send + Sync + 'static {
    /// Whether there is a host for this crew.
    fn knows(&self, crew: &str) -> bool;

    /// The names of what a crew must be given.
    ///
    /// # Errors
    /// As it went.
    async fn inputs(&self, crew: &str) -> Result<Vec<String>, CrewError>;

    /// Starts a run; returns its id at the host.
    ///
    /// # Errors
    /// `Uncertain` and `Protocol` when it may have been started.
    async fn kickoff(&self, crew: &str, kickoff: &Kickoff) -> Result<String, CrewError>;

    /// How a run is.
    ///
    /// # Errors
    /// As it went; a run that the host does not know is [`Phase::NotFound`], not an error.
    async fn status(&self, crew: &str, run: &str) -> Result<Status, CrewError>;

    /// Asks to stop a run; asking twice does no harm.
    ///
    /// # Errors
    /// `Rejected` with 404 when the host does not know it.
    async fn stop(&self, crew: &str, run: &str) -> Result<Stopping, CrewError>;
}
