//! An operation over many rows.
use crate::codes;
use crate::kernel::{Audited, Error, Why};
use crate::web::parts::Badge;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// How long a preview can be confirmed, in hours.
pub const HOURS: i32 = 24;
/// The most rows that are ticked one by one.
pub const TICKED: usize = 500;

codes! {
    /// How far an operation is.
    pub enum State {
        Draft = "draft" / "Previewed",
        Running = "running" / "Running",
        Paused = "paused" / "Paused",
        Done = "done" / "Done",
        Cancelled = "cancelled" / "Cancelled",
        Expired = "expired" / "Never started",
    }
}

codes! {
    /// What became of a row.
    pub enum RowState {
        Waiting = "waiting" / "To be done",
        Left = "left" / "Left out",
        Done = "done" / "Done",
        Skipped = "skipped" / "Skipped",
        Failed = "failed" / "Failed",
    }
}

impl State {
    /// Its badge.
    pub fn badge(self) -> Badge {
        let tone = match self {
            Self::Draft => "",
            Self::Running => "info",
            Self::Paused => "warn",
            Self::Done => "ok",
            Self::Cancelled | Self::Expired => "bad",
        };
        Badge::new(tone, self.label())
    }
}

impl RowState {
    /// Its badge.
    pub fn badge(self) -> Badge {
        let tone = match self {
            Self::Waiting => "info",
            Self::Left => "",
            Self::Done => "ok",
            Self::Skipped => "warn",
            Self::Failed => "bad",
        };
        Badge::new(tone, self.label())
    }
}

/// An operation over many rows.
#[derive(Clone, Debug, Serialize)]
pub struct Operation {
    #[serde(skip)]
    pub id: Uuid,
    pub kind: String,
    pub params: Value,
    #[serde(skip)]
    pub label: String,
    #[serde(skip)]
    pub list: String,
    /// The list's filter; nothing: rows that were ticked.
    pub filter: Option<String>,
    pub state: State,
    pub needs_second: bool,
    pub total: i64,
    pub planned: i64,
    #[serde(skip)]
    pub done: i64,
    #[serde(skip)]
    pub skipped: i64,
    #[serde(skip)]
    pub failed: i64,
    #[serde(skip)]
    pub done_to: Option<Uuid>,
    #[serde(skip)]
    pub run: i32,
    #[serde(skip)]
    pub why: Why,
    #[serde(skip)]
    pub created_by: Uuid,
    #[serde(skip)]
    pub created_at: Timestamp,
    #[serde(skip)]
    pub started_at: Option<Timestamp>,
    #[serde(skip)]
    pub started_audit: Option<Uuid>,
    #[serde(skip)]
    pub finished_at: Option<Timestamp>,
    pub stopped_why: Option<String>,
    /// Its preview is too old to be confirmed.
    #[serde(skip)]
    pub is_old: bool,
}

impl Audited for Operation {
    const KIND: &'static str = "bulk_operation";
    const REDACTED: &'static [&'static str] = &[];

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn label(&self) -> String {
        self.label.clone()
    }
}

impl Operation {
    /// Rows that are settled, of those planned.
    pub fn settled(&self) -> i64 {
        self.done + self.skipped + self.failed
    }

    /// Whether no row is left to be done.
    pub fn is_through(&self) -> bool {
        self.settled() >= self.planned
    }

    /// How far it is, in per cent.
    pub fn percent(&self) -> u8 {
        u8::try_from(self.settled().saturating_mul(100) / self.planned.max(1)).unwrap_or(100).min(100)
    }

    /// Refuses what its state does not allow.
    ///
    /// # Errors
    /// `Conflict`, in a sentence.
    pub fn must_be(&self, states: &[State]) -> Result<(), Error> {
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(Error::Conflict(format!("This cannot be done any more: it is “{}”.", self.state.label().to_lowercase()).into()))
    }
}
