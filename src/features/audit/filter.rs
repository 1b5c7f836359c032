//! What the audit log can be narrowed by; all of it stands in the address.
use crate::codes;
use crate::kernel::page::{self, Way};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// How an attempt ended.
    pub enum Outcome { Done = "done" / "Done", Denied = "denied" / "Denied", Failed = "failed" / "Failed" }
}

/// The filters of an address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub q: Option<String>,
    /// An admin's id, or `me`.
    pub actor: Option<String>,
    pub action: Option<String>,
    pub outcome: Option<Outcome>,
    pub kind: Option<String>,
    pub target: Option<String>,
    pub request: Option<Uuid>,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub after: Option<String>,
    pub before: Option<String>,
}

/// Where a page starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Microseconds since 1970.
    pub at: i64,
    pub seq: i64,
}

impl Filter {
    /// What is searched for, if anything.
    pub fn search(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// One or two letters: too few for an index, so only the last week is looked at.
    pub fn is_brief(&self) -> bool {
        self.search().is_some_and(|text| text.chars().count() < 3)
    }

    /// Where the page starts, and which way it lies. A cursor that cannot be read means the first page.
    pub fn cursor(&self) -> Option<(Way, Cursor)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }

    /// What narrows the log: its name and value for people, and its key in the address.
    pub fn words(&self) -> Vec<(&'static str, &'static str, String)> {
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        let set = [
            ("Search", "q", self.search().map(str::to_owned)),
            ("Who", "actor", self.actor.clone()),
            ("Action", "action", self.action.clone()),
            ("Outcome", "outcome", self.outcome.map(|outcome| outcome.label().to_owned())),
            ("Kind", "kind", self.kind.clone()),
            ("Target", "target", self.target.clone()),
            ("Request", "request", self.request.map(|id| id.to_string())),
            ("From", "from", day(self.from)),
            ("To", "to", day(self.to)),
        ];
        set.into_iter().filter_map(|(name, key, value)| value.map(|value| (name, key, value))).collect()
    }
}
