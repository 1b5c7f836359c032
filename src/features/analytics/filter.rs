//! What the list of events can be narrowed by; all of it stands in the address.
use crate::codes;
use crate::kernel::page::{self, Cursor, Way};
use serde::Deserialize;

codes! {
    /// How far an event is.
    pub enum State { Delivered = "delivered" / "Delivered", Waiting = "waiting" / "Waiting", Refused = "refused" / "Not taken" }
}

/// The filters of an address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub name: Option<String>,
    pub state: Option<State>,
    pub after: Option<String>,
    pub before: Option<String>,
}

impl Filter {
    /// Where the page starts, and which way it lies. A cursor that cannot be read means the first page.
    pub fn cursor(&self) -> Option<(Way, Cursor)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }

    pub fn name(&self) -> Option<&str> {
        self.name.as_deref().map(str::trim).filter(|name| !name.is_empty())
    }

    /// What narrows the list: its name and value for people, and its key in the address.
    pub fn words(&self) -> Vec<(&'static str, &'static str, String)> {
        let set = [("Event", "name", self.name().map(str::to_owned)), ("State", "state", self.state.map(|state| state.label().to_owned()))];
        set.into_iter().filter_map(|(name, key, value)| value.map(|value| (name, key, value))).collect()
    }
}
