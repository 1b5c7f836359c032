//! What the lists can be narrowed by; all of it stands in the address.
use super::model::{Channel, Delivery, Kind, State};
use crate::codes;
use crate::kernel::page::{self, Cursor, Way};
use jiff::civil::Date;
use serde::Deserialize;
use uuid::Uuid;

codes! {
    /// Whose notifications.
    pub enum Author { Mine = "me" / "Mine" }
}

/// The filters of the list of notifications.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub state: Option<State>,
    pub kind: Option<Kind>,
    pub author: Option<Author>,
    /// The occurrences of a recurring one.
    pub series: Option<Uuid>,
    pub after: Option<String>,
    pub before: Option<String>,
}

impl Filter {
    /// Where the page starts, and which way it lies. A cursor that cannot be read means the first page.
    pub fn cursor(&self) -> Option<(Way, Cursor)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }
}

/// The filters of the deliveries of one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deliveries {
    pub channel: Option<Channel>,
    pub state: Option<Delivery>,
    pub after: Option<String>,
    pub before: Option<String>,
}

impl Deliveries {
    /// Where the page starts: after or before a user.
    pub fn cursor(&self) -> Option<(Way, Uuid)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }
}

/// Which deliveries are exported: of one notification, or of those that began on these days.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exported {
    pub notification: Option<Uuid>,
    pub channel: Option<Channel>,
    pub state: Option<Delivery>,
    pub from: Option<Date>,
    pub to: Option<Date>,
}

impl Exported {
    /// What it says, for people: name and value.
    pub fn words(&self) -> Vec<(&'static str, String)> {
        let set = [
            ("Notification", self.notification.map(|id| id.to_string())),
            ("Channel", self.channel.map(|channel| channel.label().to_owned())),
            ("State", self.state.map(|state| state.label().to_owned())),
            ("From", self.from.map(|day| day.to_string())),
            ("To", self.to.map(|day| day.to_string())),
        ];
        set.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect()
    }
}

/// Which part of a user's inbox the platform asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inbox {
    pub show: Option<Show>,
    pub limit: Option<i64>,
    pub after: Option<String>,
}

codes! {
    /// Which items: all that are not put away, those that are not read, those that are put away.
    pub enum Show { Inbox = "inbox" / "Inbox", Unread = "unread" / "Unread", Archived = "archived" / "Archived" }
}

impl Inbox {
    /// Where the page starts. A cursor that cannot be read means the first page.
    pub fn cursor(&self) -> Option<Cursor> {
        self.after.as_deref().and_then(page::decode)
    }
}
