//! What the list of subscriptions can be narrowed and ordered by; all of it stands in the address.
use super::model::Status;
use crate::codes;
use crate::kernel::Tier;
use crate::kernel::page::{self, Cursor, Way};
use jiff::civil::Date;
use serde::Deserialize;

codes! {
    /// How the list is ordered.
    pub enum Sort {
        Soonest = "renewal" / "Renews or ends first",
        Latest = "-renewal" / "Renews or ends last",
        Grace = "grace" / "Grace ends first",
    }
}

codes! {
    /// What comes at the end of the period.
    pub enum Next {
        Change = "change" / "Another tier",
        Discounted = "discounted" / "A lower price",
    }
}

/// The filters of an address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub status: Option<Status>,
    pub tier: Option<Tier>,
    /// An e-mail address, or an id.
    pub user: Option<String>,
    pub next: Option<Next>,
    /// The last day of the period, from and to.
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub sort: Option<Sort>,
    pub after: Option<String>,
    pub before: Option<String>,
}

impl Filter {
    /// The order asked for; by the end of grace only where there is one.
    pub fn order(&self) -> Sort {
        match self.sort {
            Some(Sort::Grace) if self.status != Some(Status::PastDue) => Sort::Soonest,
            Some(sort) => sort,
            None if self.status == Some(Status::PastDue) => Sort::Grace,
            None if self.status == Some(Status::Lapsed) => Sort::Latest,
            None => Sort::Soonest,
        }
    }

    pub fn user(&self) -> Option<&str> {
        self.user.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// Where the page starts, and which way it lies. A cursor that cannot be read means the first page.
    pub fn cursor(&self) -> Option<(Way, Cursor)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }

    /// What narrows the list: its name and value for people, and its key in the address.
    pub fn words(&self) -> Vec<(&'static str, &'static str, String)> {
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        let set = [
            ("Status", "status", self.status.map(|status| status.label().to_owned())),
            ("Tier", "tier", self.tier.map(|tier| tier.label().to_owned())),
            ("User", "user", self.user().map(str::to_owned)),
            ("Then", "next", self.next.map(|next| next.label().to_owned())),
            ("Period ends from", "from", day(self.from)),
            ("Period ends to", "to", day(self.to)),
        ];
        set.into_iter().filter_map(|(name, key, value)| value.map(|value| (name, key, value))).collect()
    }
}
