//! What an alert is: a rule, what it is about, since when, and who has seen it.
mod limits;
mod rule;
mod turn;

pub use limits::{Limits, Patience};
pub use rule::{Rule, Severity, Way};
pub use turn::{Turn, Watch, step};

use crate::kernel::Audited;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a rule has measured of one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What of the rule's it is about: a gateway, a kind of mismatch; empty where there is only one.
    pub subject: String,
    pub value: f64,
    /// What was measured, in words: "32.0 % of 25 in the last hour".
    pub words: String,
}

impl Reading {
    /// Of a rule that is about one thing.
    pub fn new(value: f64, words: impl Into<String>) -> Self {
        Self { subject: String::new(), value, words: words.into() }
    }

    /// About a subject.
    pub fn about(subject: impl Into<String>, value: f64, words: impl Into<String>) -> Self {
        Self { subject: subject.into(), value, words: words.into() }
    }
}

/// An alert, as actions and the audit log see it.
#[derive(Clone, Debug, Serialize)]
pub struct Alert {
    #[serde(skip)]
    pub id: Uuid,
    pub rule: String,
    pub subject: String,
    #[serde(skip)]
    pub summary: String,
    pub acknowledged_at: Option<Timestamp>,
    pub note: Option<String>,
    #[serde(skip)]
    pub cleared_at: Option<Timestamp>,
}

impl Audited for Alert {
    const KIND: &'static str = "alert";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        self.summary.clone()
    }
}

/// A time in which a rule tells nobody.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Silence {
    pub rule: String,
    /// Empty: all of the rule's.
    pub subject: String,
    pub until: Timestamp,
    pub reason: String,
}

impl Audited for Silence {
    const KIND: &'static str = "alert_silence";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        if self.subject.is_empty() { self.rule.clone() } else { format!("{}:{}", self.rule, self.subject) }
    }
    fn label(&self) -> String {
        Rule::named(&self.rule, &self.subject)
    }
}
