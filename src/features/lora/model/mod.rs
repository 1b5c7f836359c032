//! A LoRA model, its attempts to be trained, and why they failed.
pub mod advance;
mod attempt;
mod config;
mod error_class;

pub use attempt::{Attempt, Progress};
pub use config::{Config, Numbers, OPTIMIZERS};
pub use error_class::{ErrorClass, Retry};

use crate::codes;
use crate::kernel::Audited;
use crate::web::parts::Badge;
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use uuid::Uuid;

codes! {
    /// How far a model is; as the platform shows it.
    pub enum Status { Pending = "pending" / "Pending", Training = "training" / "Training", Ready = "ready" / "Ready", Failed = "failed" / "Failed" }
}

/// How long a deleted model can come back, in days; then its files are removed.
pub const RESTORABLE_DAYS: i64 = 7;

/// A model.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub id: Uuid,
    pub user_id: Uuid,
    pub character: Option<Character>,
    pub name: String,
    pub base_model: String,
    pub trigger_word: String,
    pub status: Status,
    pub progress: i32,
    pub file: Option<File>,
    pub config: Map<String, Value>,
    pub failure: Option<Failure>,
    pub cost: (i64, String),
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Since when nothing has moved in its running attempt.
    pub silent_since: Option<Timestamp>,
    pub deleted: Option<Deleted>,
}

/// The character that a model draws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Character {
    pub id: Uuid,
    pub name: String,
}

/// Where the weights are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub key: String,
    pub bytes: i64,
}

/// Why the last attempt failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub class: ErrorClass,
    pub text: String,
}

/// That it was deleted, and how far its files are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    pub at: Timestamp,
    pub by: Option<String>,
    pub reason: Option<String>,
    pub purged_at: Option<Timestamp>,
    pub purge_error: Option<String>,
}

impl Deleted {
    /// Until when it can come back.
    pub fn restorable_until(&self) -> Timestamp {
        self.at.checked_add(SignedDuration::from_hours(24 * RESTORABLE_DAYS)).unwrap_or(Timestamp::MAX)
    }
}

/// As the audit log keeps it: what staff can change, each parameter of the training by itself.
impl Serialize for Model {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = Map::new();
        fields.insert("status".into(), self.status.code().into());
        fields.insert("character".into(), self.character.as_ref().map(|character| format!("{} ({})", character.name, character.id)).into());
        fields.extend(self.config.iter().map(|(name, value)| (name.clone(), value.clone())));
        fields.insert("error_class".into(), self.failure.as_ref().map(|failure| failure.class.code()).into());
        fields.insert("deleted".into(), self.deleted.is_some().into());
        fields.serialize(serializer)
    }
}

impl Audited for Model {
    const KIND: &'static str = "lora_model";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        if self.name.trim().is_empty() { self.trigger_word.clone() } else { self.name.clone() }
    }
}

impl Status {
    /// Whether an attempt waits or runs.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Training)
    }

    /// Its badge.
    pub fn badge(self) -> Badge {
        let tone = match self {
            Self::Pending => "warn",
            Self::Training => "info",
            Self::Ready => "ok",
            Self::Failed => "bad",
        };
        Badge::new(tone, self.label())
    }
}

impl Model {
    /// Whether an attempt waits or runs.
    pub fn is_open(&self) -> bool {
        self.status.is_open()
    }

    /// Its states, each with why it is so.
    pub fn badges(&self) -> Vec<Badge> {
        let why = match &self.failure {
            Some(failure) if self.status == Status::Failed => failure.class.label(),
            _ => "",
        };
        let mut badges = vec![self.status.badge().because(why)];
        if let Some(since) = self.silent_since.filter(|_| self.is_open()) {
            badges.push(
                Badge::new("warn", "No heartbeat").because(format!("nothing has moved since {}", since.strftime("%-d %b, %H:%M UTC"))),
            );
        }
        if let Some(deleted) = &self.deleted {
            let badge = Badge::new("bad", "Deleted");
            badges.push(match deleted.purged_at {
                Some(_) => badge.because("its files are removed"),
                None => badge.because(format!("can come back until {}", deleted.restorable_until().strftime("%-d %b, %H:%M UTC"))),
            });
        }
        badges
    }
}
