//! What the list of runs can be narrowed and ordered by; all of it stands in the address.
use super::model::RunState;
use crate::codes;
use crate::kernel::page::{self, Cursor, Way};
use jiff::civil::Date;
use serde::Deserialize;

codes! {
    /// How the list is ordered.
    pub enum Sort {
        Newest = "-created" / "Newest first",
        Oldest = "created" / "Oldest first",
    }
}

codes! {
    /// A box that is ticked.
    pub enum Yes { Yes = "yes" / "Yes" }
}

/// The filters of an address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub state: Option<RunState>,
    pub crew: Option<String>,
    /// An e-mail address, or an id.
    pub user: Option<String>,
    pub signature: Option<String>,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub retried: Option<Yes>,
    pub sort: Option<Sort>,
    pub after: Option<String>,
    pub before: Option<String>,
}

fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

impl Filter {
    /// The order asked for.
    pub fn order(&self) -> Sort {
        self.sort.unwrap_or(Sort::Newest)
    }

    pub fn crew(&self) -> Option<&str> {
        given(self.crew.as_ref())
    }

    pub fn user(&self) -> Option<&str> {
        given(self.user.as_ref())
    }

    pub fn signature(&self) -> Option<&str> {
        given(self.signature.as_ref())
    }

    /// Where the page starts, and which way it lies. A cursor that cannot be read means the first page.
    pub fn cursor(&self) -> Option<(Way, Cursor)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }

    /// Whether anything narrows the list.
    pub fn is_narrowed(&self) -> bool {
        let words = [self.crew(), self.user(), self.signature()];
        words.iter().any(Option::is_some) || self.state.is_some() || self.from.is_some() || self.to.is_some() || self.retried.is_some()
    }

    /// Whether all that are shown failed: an error is only a failed run's.
    pub fn is_failures(&self) -> bool {
        self.signature().is_some() || self.state == Some(RunState::Failed)
    }

    /// What narrows the list: its name and value for people, and its key in the address.
    pub fn words(&self) -> Vec<(&'static str, &'static str, String)> {
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        let set = [
            ("State", "state", self.state.map(|state| state.label().to_owned())),
            ("Crew", "crew", self.crew().map(str::to_owned)),
            ("User", "user", self.user().map(str::to_owned)),
            ("Error", "signature", self.signature().map(str::to_owned)),
            ("Created from", "from", day(self.from)),
            ("Created to", "to", day(self.to)),
            ("Attempts", "retried", self.retried.map(|_| "second or later".to_owned())),
        ];
        set.into_iter().filter_map(|(name, key, value)| value.map(|value| (name, key, value))).collect()
    }
}
