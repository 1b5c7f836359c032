//! An export: what was asked for, how far it is, and the file that came of it.
mod schedule;

pub use schedule::{Every, Period, Rhythm, Schedule, ScheduleState};

use crate::codes;
use crate::kernel::{Audited, Why};
use crate::web::parts::Badge;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// How far an export has come.
    pub enum State {
        Waiting = "waiting" / "Waiting",
        Running = "running" / "In the making",
        Ready = "ready" / "Ready",
        Failed = "failed" / "Failed",
        Cancelled = "cancelled" / "Cancelled",
        Expired = "expired" / "Expired",
    }
}

codes! {
    /// What a file is written in.
    pub enum Format {
        Csv = "csv" / "CSV",
        Excel = "xlsx" / "Excel",
        Json = "json" / "JSON",
        Ndjson = "ndjson" / "NDJSON (an object a line)",
        Zip = "zip" / "Zip of JSON files and a page",
    }
}

impl Format {
    /// What one can choose for rows of one table.
    pub const FOR_ROWS: [Self; 4] = [Self::Csv, Self::Excel, Self::Json, Self::Ndjson];

    /// Whether it is small already.
    pub fn is_packed(self) -> bool {
        matches!(self, Self::Excel | Self::Zip)
    }
}

/// What is to be exported, and how. The same for one export and for those that come by the clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub dataset: String,
    /// The list's own filter, as it stands in its address.
    pub filter: String,
    /// In the order of the file; empty where everything is in it.
    pub columns: Vec<String>,
    pub format: Format,
    pub gzip: bool,
    /// What it is of, in words.
    pub label: String,
    /// The zone that the filter's days are meant in.
    pub time_zone: String,
    pub why: Why,
}

/// An export.
#[derive(Clone, Debug)]
pub struct Export {
    pub id: Uuid,
    pub order: Order,
    pub owner: Uuid,
    pub schedule: Option<Uuid>,
    /// How long its file is kept, if it has a rule of its own.
    pub keep_hours: Option<i32>,
    pub state: State,
    pub attempt: i32,
    pub progress: Progress,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub file: Option<File>,
    pub error: Option<String>,
    pub downloads: i32,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    pub rows_expected: Option<i64>,
    pub rows: i64,
    pub bytes: i64,
    pub started_at: Option<Timestamp>,
    pub seen_at: Option<Timestamp>,
    pub snapshot_at: Option<Timestamp>,
}

/// The file that came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub key: String,
    pub name: String,
    pub bytes: i64,
    pub rows: i64,
    /// In hexadecimal.
    pub sha256: String,
}

/// As the audit log keeps it.
#[derive(Serialize)]
struct Recorded<'a> {
    state: State,
    dataset: &'a str,
    filter: &'a str,
    columns: String,
    format: Format,
    gzip: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

impl Serialize for Export {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let file = self.file.as_ref();
        let recorded = Recorded {
            state: self.state,
            dataset: &self.order.dataset,
            filter: &self.order.filter,
            columns: self.order.columns.join(", "),
            format: self.order.format,
            gzip: self.order.gzip,
            rows: file.map(|file| file.rows),
            bytes: file.map(|file| file.bytes),
            sha256: file.map(|file| file.sha256.as_str()),
            error: self.error.as_deref(),
        };
        recorded.serialize(serializer)
    }
}

impl Audited for Export {
    const KIND: &'static str = "export";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        self.order.label.clone()
    }
}

impl Export {
    /// Whether it is still on its way.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Waiting | State::Running)
    }

    /// When its file goes, by the setting as it is now or by its own rule.
    pub fn expires_at(&self, setting_hours: i64) -> Option<Timestamp> {
        let hours = self.keep_hours.map_or(setting_hours, i64::from);
        self.finished_at.and_then(|at| at.checked_add(SignedDuration::from_hours(hours)).ok())
    }

    /// Its state, with why.
    pub fn badge(&self) -> Badge {
        Self::badge_of(self.state, self.error.as_deref())
    }

    /// The same, where only this is known of it.
    pub fn badge_of(state: State, error: Option<&str>) -> Badge {
        let tone = match state {
            State::Ready => "ok",
            State::Running => "info",
            State::Failed => "bad",
            State::Waiting | State::Cancelled | State::Expired => "",
        };
        Badge::new(tone, state.label()).because(error.unwrap_or_default())
    }
}

impl Progress {
    /// Rows a second since it began.
    pub fn rate(&self) -> Option<f64> {
        let seconds = self.seen_at?.duration_since(self.started_at?).as_secs_f64();
        (seconds >= 0.2 && self.rows > 0).then(|| self.rows as f64 / seconds)
    }

    /// Per cent, once it is known how many rows there are.
    pub fn percent(&self) -> Option<i64> {
        let expected = self.rows_expected?;
        Some(if expected == 0 { 0 } else { (self.rows * 100 / expected).clamp(0, 100) })
    }

    /// How long it will still take at this pace.
    pub fn left(&self) -> Option<SignedDuration> {
        let (expected, rate) = (self.rows_expected?, self.rate()?);
        let rows = (expected - self.rows).max(0) as f64;
        SignedDuration::try_from_secs_f64(rows / rate).ok()
    }
}
