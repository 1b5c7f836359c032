//! The service that trains LoRA models: asked to begin, looked at, stopped; what it tells by itself is only a hint to look.
mod replicate;
pub mod signature;

pub use replicate::{Access, Replicate, Unusable};
pub use signature::Keys;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// A training that is asked for. The trainer takes `input` as its version defines it; `reference` is our own id of the attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    pub reference: Uuid,
    pub input: Map<String, Value>,
}

/// The service's own word for how far a training is (Replicate, "Prediction lifecycle").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Starting,
    Processing,
    Succeeded,
    Failed,
    Canceled,
    /// Stopped before it had begun.
    Aborted,
}

impl State {
    /// From its word; `None` for one that was not there when this was written.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let all = [Self::Starting, Self::Processing, Self::Succeeded, Self::Failed, Self::Canceled, Self::Aborted];
        all.into_iter().find(|state| state.word() == word)
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Processing => "processing",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Aborted => "aborted",
        }
    }

    /// Whether it stays so.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Starting | Self::Processing)
    }
}

/// A training as the service tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    pub id: String,
    pub state: State,
    /// Our own id of the attempt, if it says one.
    pub reference: Option<Uuid>,
    /// Everything printed so far.
    pub logs: String,
    pub error: Option<String>,
    /// Seconds of a machine.
    pub seconds: f64,
    pub started_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
}

/// Why the service did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrainingError {
    /// It read it, and will not: the request is wrong, or not paid for.
    #[error("the training service refuses ({status}): {why}")]
    Rejected { status: u16, why: String },
    /// It knows of no such training.
    #[error("the training service knows of no such training")]
    NotFound,
    /// Nothing was sent: it can be asked again.
    #[error("the training service was not asked: {0}")]
    NeverSent(String),
    /// It may have been done, or not.
    #[error("the training service's answer was lost: {0}")]
    Uncertain(String),
    /// Not now; nothing was done.
    #[error("the training service asks to wait")]
    Throttled(Option<Duration>),
    /// It does not know us.
    #[error("the training service refuses our credentials ({0})")]
    Auth(u16),
    /// It answered something that cannot be read; it may have been done.
    #[error("the training service's answer cannot be read: {0}")]
    Protocol(String),
}

impl TrainingError {
    /// Whether what was asked may have been done all the same.
    #[must_use]
    pub fn may_be_done(&self) -> bool {
        matches!(self, Self::Uncertain(_) | Self::Protocol(_))
    }
}

/// Trains models.
#[async_trait]
pub trait TrainingService: Send + Sync + 'static {
    /// What `lora_trainings.provider` calls it.
    fn name(&self) -> &'static str;

    /// Begins a training. There is no key that would make it once: after an uncertain answer look with [`TrainingService::find`].
    async fn create(&self, order: &Order) -> Result<Training, TrainingError>;

    /// How a training is.
    async fn get(&self, id: &str) -> Result<Training, TrainingError>;

    /// The training with our own id, among those begun lately.
    async fn find(&self, reference: Uuid) -> Result<Option<Training>, TrainingError>;

    /// Stops a training; one that has ended stays as it is, and is told so.
    async fn cancel(&self, id: &str) -> Result<Training, TrainingError>;
}

/// The studio's trainer, if it has one; cheap to clone.
#[derive(Clone, Default)]
pub struct Trainer {
    service: Option<Arc<dyn TrainingService>>,
    keys: Arc<Keys>,
    /// What an hour of a machine costs us, in cents of `currency`.
    pub hour_cents: i64,
}

impl Trainer {
    /// Over a service, with the keys that its messages are signed with.
    pub fn new(service: Arc<dyn TrainingService>, keys: Keys, hour_cents: i64) -> Self {
        Self { service: Some(service), keys: Arc::new(keys), hour_cents }
    }

    /// The service itself; `None` when none is configured.
    #[must_use]
    pub fn service(&self) -> Option<&Arc<dyn TrainingService>> {
        self.service.as_ref()
    }

    /// What the service's messages are signed with.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// What so many seconds cost, in cents, rounded up.
    #[must_use]
    pub fn cost(&self, seconds: i64) -> i64 {
        seconds.max(0).saturating_mul(self.hour_cents).saturating_add(3_599) / 3_600
    }
}
