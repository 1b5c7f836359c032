//! What a check is, what it finds, and what is said of both.
mod about;
mod check;
pub mod cleanup;

pub use about::Repair;
pub use check::{Area, Check, Rhythm, Severity};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Findings that are kept of one look, and rows that one repair takes.
pub const MOST: i64 = 1_000;

crate::codes! {
    /// How far a look is.
    pub enum State {
        Waiting = "waiting" / "Waits",
        Running = "running" / "Looking",
        Done = "done" / "Done",
        Failed = "failed" / "Failed",
    }
}

/// One look of one check.
#[derive(Clone, Debug)]
pub struct Run {
    pub id: Uuid,
    pub check: Check,
    pub state: State,
    pub asked_by: Option<String>,
    pub asked_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub looked: i64,
    pub found: i64,
    pub error: Option<String>,
}

/// A row that is wrong, as a check says it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fault {
    #[serde(rename = "row")]
    pub row_id: String,
    pub subject: Option<Uuid>,
    pub label: String,
    pub detail: String,
}

/// The same, as it is kept.
#[derive(Clone, Debug)]
pub struct Finding {
    pub no: i32,
    pub row_id: String,
    pub subject: Option<Uuid>,
    pub label: String,
    pub detail: String,
    pub mended_at: Option<Timestamp>,
}

/// What one step of a look came to.
#[derive(Clone, Debug, Default)]
pub struct Piece {
    /// Rows that were looked at.
    pub looked: i64,
    /// Those that are wrong; of them, the first [`MOST`].
    pub faults: i64,
    pub found: Vec<Fault>,
    /// Where the next step goes on; nothing: everything was looked at.
    pub next: Option<String>,
}

/// From when on work counts as stuck.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Limits {
    pub generation_hours: i32,
    pub workflow_hours: i32,
    pub training_hours: i32,
    pub seal_seconds: i32,
}

/// A row that a repair has put right or removed, as the audit log keeps it.
#[derive(Clone, Debug)]
pub struct Mended {
    pub row_id: String,
    pub label: String,
    pub before: serde_json::Value,
    /// Nothing: it is removed.
    pub after: Option<serde_json::Value>,
}
