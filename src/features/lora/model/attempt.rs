//! One attempt to train a model.
use super::ErrorClass;
use crate::codes;
use crate::web::parts::Badge;
use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

codes! {
    /// How far an attempt is; it never goes back.
    pub enum Progress {
        Queued = "queued" / "Queued",
        Running = "running" / "Running",
        Succeeded = "succeeded" / "Succeeded",
        Failed = "failed" / "Failed",
        Cancelled = "cancelled" / "Cancelled",
    }
}

impl Progress {
    /// Whether it stays so.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    /// Its badge.
    pub fn badge(self) -> Badge {
        let tone = match self {
            Self::Queued => "warn",
            Self::Running => "info",
            Self::Succeeded => "ok",
            Self::Failed => "bad",
            Self::Cancelled => "",
        };
        Badge::new(tone, self.label())
    }
}

/// One attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    pub id: Uuid,
    pub model: Uuid,
    pub number: i32,
    pub progress: Progress,
    pub provider_state: Option<String>,
    pub external_id: Option<String>,
    pub config: Map<String, Value>,
    pub percent: i32,
    pub steps: i32,
    pub total_steps: i32,
    pub log_lines: i32,
    pub created_at: Timestamp,
    pub submitted_at: Option<Timestamp>,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub expected_at: Option<Timestamp>,
    pub cancel_asked_at: Option<Timestamp>,
    pub gpu_seconds: i32,
    pub cost: (i64, String),
    pub credits_charged: i32,
    pub credits_refunded: i32,
    pub error_class: Option<ErrorClass>,
    pub error: Option<String>,
    /// The admin who retried it.
    pub by: Option<String>,
    pub reason: Option<String>,
}

impl Attempt {
    /// Credits that were paid for it and not given back.
    pub fn unrefunded(&self) -> i32 {
        self.credits_charged - self.credits_refunded
    }

    /// Where the trainer puts this attempt's weights.
    pub fn place(&self) -> String {
        format!("loras/{}/{}.safetensors", self.model, self.id)
    }
}
