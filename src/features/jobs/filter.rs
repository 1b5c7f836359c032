//! What the list of jobs can be narrowed by; all of it stands in the address.
use crate::codes;
use crate::jobs::State;
use crate::kernel::page::{self, Cursor, Way};
use serde::Deserialize;

codes! {
    /// How long ago it ended, or was asked for while it has not.
    pub enum Since { Hour = "1h" / "1 hour", Day = "24h" / "24 hours", Week = "7d" / "7 days" }
}

codes! {
    /// Of jobs that wait: those that are due, or those that are planned.
    pub enum Due { Now = "now" / "Due", Later = "later" / "Planned" }
}

impl Since {
    pub fn minutes(self) -> i32 {
        match self {
            Self::Hour => 60,
            Self::Day => 1_440,
            Self::Week => 10_080,
        }
    }
}

/// The states, as the address and people call them.
pub const STATES: [(State, &str, &str); 5] = [
    (State::Waiting, "waiting", "Waiting"),
    (State::Running, "running", "Running"),
    (State::Dead, "dead", "Dead"),
    (State::Done, "done", "Done"),
    (State::Cancelled, "cancelled", "Cancelled"),
];

/// A state's code and label.
pub fn label(state: State) -> (&'static str, &'static str) {
    STATES.iter().find(|(known, _, _)| *known == state).map_or(("", ""), |(_, code, label)| (*code, *label))
}

/// The filters of an address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub state: Option<State>,
    pub name: Option<String>,
    /// What dead jobs died of.
    pub signature: Option<String>,
    pub since: Option<Since>,
    pub due: Option<Due>,
    pub after: Option<String>,
    pub before: Option<String>,
}

fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

impl Filter {
    /// Where the page starts, and which way it lies. A cursor that cannot be read means the first page.
    pub fn cursor(&self) -> Option<(Way, Cursor)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }

    pub fn name(&self) -> Option<&str> {
        given(self.name.as_ref())
    }

    pub fn signature(&self) -> Option<&str> {
        given(self.signature.as_ref())
    }

    /// The state that is listed: an error is only a dead job's, and only what waits is due.
    pub fn state(&self) -> Option<State> {
        let implied = if self.signature().is_some() { Some(State::Dead) } else { self.due.map(|_| State::Waiting) };
        self.state.or(implied)
    }

    /// Whether only some states, names or errors are listed.
    pub fn is_narrowed(&self) -> bool {
        self.state().is_some() || self.name().is_some()
    }

    /// What narrows the list: its name and value for people, and its key in the address.
    pub fn words(&self) -> Vec<(&'static str, &'static str, String)> {
        let set = [
            ("State", "state", self.state.map(|state| label(state).1.to_owned())),
            ("Job", "name", self.name().map(str::to_owned)),
            ("Error", "signature", self.signature().map(str::to_owned)),
            ("Since", "since", self.since.map(|since| since.label().to_owned())),
            ("Due", "due", self.due.map(|due| due.label().to_owned())),
        ];
        set.into_iter().filter_map(|(name, key, value)| value.map(|value| (name, key, value))).collect()
    }
}
