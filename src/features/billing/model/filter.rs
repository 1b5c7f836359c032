//! What the lists of operations and notices can be narrowed by; all of it stands in the address.
use super::operation::{Kind, Purpose, State};
use crate::features::billing::store::hear::Verdict;
use crate::kernel::page::{self, Cursor, Way};
use serde::Deserialize;

/// The filters of the list of operations.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub state: Option<State>,
    pub kind: Option<Kind>,
    pub purpose: Option<Purpose>,
    /// An e-mail address, or an id.
    pub user: Option<String>,
    pub after: Option<String>,
    pub before: Option<String>,
}

/// The filters of the list of notices.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notices {
    pub verdict: Option<Verdict>,
    pub after: Option<String>,
    pub before: Option<String>,
}

impl Filter {
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    pub fn cursor(&self) -> Option<(Way, Cursor)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }

    /// Whether anything narrows the list.
    pub fn is_narrowed(&self) -> bool {
        self.state.is_some() || self.kind.is_some() || self.purpose.is_some() || self.user().is_some()
    }

    /// What narrows the list: its name and value for people, and its key in the address.
    pub fn words(&self) -> Vec<(&'static str, &'static str, String)> {
        let set = [
            ("State", "state", self.state.map(|state| state.label().to_owned())),
            ("Kind", "kind", self.kind.map(|kind| kind.label().to_owned())),
            ("Purpose", "purpose", self.purpose.map(|purpose| purpose.label().to_owned())),
            ("User", "user", self.user().map(str::to_owned)),
        ];
        set.into_iter().filter_map(|(name, key, value)| value.map(|value| (name, key, value))).collect()
    }
}
