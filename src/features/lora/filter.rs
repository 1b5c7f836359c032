//! What the list of LoRA models can be narrowed and ordered by; all of it stands in the address.
use super::model::ErrorClass;
use crate::codes;
use crate::kernel::page::{self, Cursor, Way};
use jiff::civil::Date;
use serde::Deserialize;
use uuid::Uuid;

codes! {
    /// How the list is ordered.
    pub enum Sort {
        Newest = "-created" / "Newest first",
        Oldest = "created" / "Oldest first",
        ChangedLast = "-active" / "Changed last first",
        ChangedFirst = "active" / "Unchanged longest first",
    }
}

codes! {
    /// The states to choose from; what is deleted is in no other list.
    pub enum State {
        Pending = "pending" / "Pending",
        Training = "training" / "Training",
        Ready = "ready" / "Ready",
        Failed = "failed" / "Failed",
        Deleted = "deleted" / "Deleted",
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
    pub q: Option<String>,
    pub status: Option<State>,
    /// A user's id or e-mail address.
    pub user: Option<String>,
    pub character: Option<Uuid>,
    pub base: Option<String>,
    pub error: Option<ErrorClass>,
    pub signature: Option<String>,
    pub created_from: Option<Date>,
    pub created_to: Option<Date>,
    pub silent: Option<Yes>,
    pub sort: Option<Sort>,
    pub after: Option<String>,
    pub before: Option<String>,
}

impl Filter {
    /// The order asked for.
    pub fn order(&self) -> Sort {
        self.sort.unwrap_or(Sort::Newest)
    }

    /// What is searched for, if anything.
    pub fn search(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// Where the page starts, and which way it lies. A cursor that cannot be read means the first page.
    pub fn cursor(&self) -> Option<(Way, Cursor)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }

    /// Whether anything narrows the list.
    pub fn is_narrowed(&self) -> bool {
        self.search().is_some() || self.status.is_some() || self.base.is_some() || self.error.is_some() || self.sheet() > 0
    }

    /// How many filters are set that stand behind "More filters", or only in the address.
    pub fn sheet(&self) -> usize {
        let set = [
            self.user.is_some(),
            self.character.is_some(),
            self.signature.is_some(),
            self.created_from.is_some(),
            self.created_to.is_some(),
            self.silent.is_some(),
        ];
        set.into_iter().filter(|set| *set).count()
    }

    /// What narrows the list: its name and value for people, and its key in the address.
    pub fn words(&self) -> Vec<(&'static str, &'static str, String)> {
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        let set = [
            ("Search", "q", self.search().map(str::to_owned)),
            ("Status", "status", self.status.map(|status| status.label().to_owned())),
            ("Base model", "base", self.base.clone()),
            ("Error", "error", self.error.map(|class| class.label().to_owned())),
            ("User", "user", self.user.clone()),
            ("Character", "character", self.character.map(|id| id.to_string())),
            ("Error like", "signature", self.signature.clone()),
            ("Created from", "created_from", day(self.created_from)),
            ("Created to", "created_to", day(self.created_to)),
            ("Heartbeat", "silent", self.silent.map(|_| "none".to_owned())),
        ];
        set.into_iter().filter_map(|(name, key, value)| value.map(|value| (name, key, value))).collect()
    }
}

/// What the groups of failures are of.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Groups {
    pub days: Option<Days>,
    pub error: Option<ErrorClass>,
}

codes! {
    /// How far back failures are grouped.
    pub enum Days { One = "1" / "24 hours", Seven = "7" / "7 days", Thirty = "30" / "30 days", Ninety = "90" / "90 days" }
}

impl Days {
    /// As a number.
    pub fn number(self) -> i32 {
        match self {
            Self::One => 1,
            Self::Seven => 7,
            Self::Thirty => 30,
            Self::Ninety => 90,
        }
    }
}

/// Which part of a log is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogPart {
    pub attempt: Option<i32>,
    /// The line after which it begins.
    pub after: Option<i32>,
    pub q: Option<String>,
}

impl LogPart {
    /// The line after which it begins.
    pub fn start(&self) -> i32 {
        self.after.unwrap_or(0).max(0)
    }

    /// What is searched for, if anything.
    pub fn search(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }
}
