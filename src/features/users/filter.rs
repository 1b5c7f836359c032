//! What the list of users can be narrowed and ordered by; all of it stands in the address.
use super::model::{Status, Tier, UserRole};
use crate::codes;
use crate::kernel::page::Way;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// How the list is ordered.
    pub enum Sort {
        Newest = "-created" / "Newest first",
        Oldest = "created" / "Oldest first",
        ActiveLast = "-active" / "Active last first",
        ActiveFirst = "active" / "Longest away first",
        Name = "name" / "Name",
        NameDown = "-name" / "Name, backwards",
        Email = "email" / "E-mail",
        EmailDown = "-email" / "E-mail, backwards",
    }
}

codes! {
    /// The columns beside the name.
    pub enum Shown {
        Status = "status" / "Status",
        Tier = "tier" / "Tier",
        Role = "role" / "Role",
        Trouble = "trouble" / "Trouble",
        Country = "country" / "Country",
        Created = "created" / "Created",
        Active = "active" / "Last active",
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
    pub status: Option<Status>,
    pub tier: Option<Tier>,
    pub role: Option<UserRole>,
    pub created_from: Option<Date>,
    pub created_to: Option<Date>,
    pub active_from: Option<Date>,
    pub active_to: Option<Date>,
    pub failed_payment: Option<Yes>,
    pub failed_training: Option<Yes>,
    pub tag: Option<String>,
    pub sort: Option<Sort>,
    pub after: Option<String>,
    pub before: Option<String>,
    #[serde(rename = "show[]", default)]
    pub show: Vec<Shown>,
}

/// Where a page starts: the value that the list is ordered by, and the id that breaks ties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Microseconds since 1970, for the orders by time.
    pub at: Option<i64>,
    /// The name's or address's key, for the others.
    pub text: Option<String>,
    pub id: Uuid,
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
        crate::kernel::page::cursor(self.after.as_deref(), self.before.as_deref())
    }

    /// Whether anything narrows the list.
    pub fn is_narrowed(&self) -> bool {
        self.search().is_some() || self.status.is_some() || self.tier.is_some() || self.role.is_some() || self.sheet() > 0
    }

    /// How many filters are set that stand behind "More filters".
    pub fn sheet(&self) -> usize {
        let dates = [self.created_from, self.created_to, self.active_from, self.active_to];
        let boxes = [self.failed_payment, self.failed_training];
        dates.iter().flatten().count() + boxes.iter().flatten().count() + usize::from(self.tag.is_some())
    }

    /// Whether a column is shown: those chosen, else all but the country.
    pub fn shows(&self, column: Shown) -> bool {
        if self.show.is_empty() { column != Shown::Country } else { self.show.contains(&column) }
    }

    /// What narrows the list: its name and value for people, and its key in the address.
    pub fn words(&self) -> Vec<(&'static str, &'static str, String)> {
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        let set = [
            ("Search", "q", self.search().map(str::to_owned)),
            ("Status", "status", self.status.map(|status| status.label().to_owned())),
            ("Tier", "tier", self.tier.map(|tier| tier.label().to_owned())),
            ("Role", "role", self.role.map(|role| role.label().to_owned())),
            ("Created from", "created_from", day(self.created_from)),
            ("Created to", "created_to", day(self.created_to)),
            ("Active from", "active_from", day(self.active_from)),
            ("Active to", "active_to", day(self.active_to)),
            ("Payment", "failed_payment", self.failed_payment.map(|_| "failing".to_owned())),
            ("Training", "failed_training", self.failed_training.map(|_| "failing".to_owned())),
            ("Tag", "tag", self.tag.clone()),
        ];
        set.into_iter().filter_map(|(name, key, value)| value.map(|value| (name, key, value))).collect()
    }
}
