//! What the mailbox can be narrowed by; all of it stands in the address.
use crate::kernel::page::{self, Cursor, Way};
use serde::Deserialize;

/// The filters of an address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// A part of the address that letters were sent to.
    pub q: Option<String>,
    pub after: Option<String>,
    pub before: Option<String>,
}

impl Filter {
    /// What is searched for, if anything.
    pub fn search(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// Where the page starts, and which way it lies. A cursor that cannot be read means the first page.
    pub fn cursor(&self) -> Option<(Way, Cursor)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }
}
