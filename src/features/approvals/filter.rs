//! What the list can be narrowed by; all of it stands in the address.
use crate::codes;
use crate::kernel::page::{self, Cursor, Way};
use serde::Deserialize;

codes! {
    /// Which part of what waits, or waited.
    pub enum Part {
        Mine = "mine" / "Waits for you",
        Others = "others" / "Waits for others",
        Decided = "decided" / "Decided",
    }
}

/// The filters of an address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub part: Option<Part>,
    pub after: Option<String>,
    pub before: Option<String>,
}

impl Filter {
    /// The part that is shown.
    pub fn part(&self) -> Part {
        self.part.unwrap_or(Part::Mine)
    }

    /// Where the page starts, and which way it lies. A cursor that cannot be read means the first page.
    pub fn cursor(&self) -> Option<(Way, Cursor)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }
}
