//! What the history can be narrowed by; all of it stands in the address.
use super::model::{Rule, Severity};
use crate::codes;
use crate::kernel::page::{self, Cursor, Way};
use serde::Deserialize;
use uuid::Uuid;

codes! {
    /// Whether it is over.
    pub enum State { Open = "open" / "Open", Cleared = "cleared" / "Cleared" }
}

/// The filters of an address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub rule: Option<Rule>,
    pub severity: Option<Severity>,
    pub state: Option<State>,
    pub after: Option<String>,
    pub before: Option<String>,
}

impl Filter {
    /// Where the page starts, and which way it lies. A cursor that cannot be read means the first page.
    pub fn cursor(&self) -> Option<(Way, Cursor)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }

    /// What narrows the list: its name and value for people, and its key in the address.
    pub fn words(&self) -> Vec<(&'static str, &'static str, String)> {
        let set = [
            ("Rule", "rule", self.rule.map(|rule| rule.label().to_owned())),
            ("Severity", "severity", self.severity.map(|severity| severity.label().to_owned())),
            ("State", "state", self.state.map(|state| state.label().to_owned())),
        ];
        set.into_iter().filter_map(|(name, key, value)| value.map(|value| (name, key, value))).collect()
    }
}

/// Which part of the people that an alert is about.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    pub after: Option<String>,
    pub before: Option<String>,
}

impl People {
    /// Where the page starts: after or before a user.
    pub fn cursor(&self) -> Option<(Way, Uuid)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }
}
