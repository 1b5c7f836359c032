//! Where the page of past windows starts; it stands in the address.
use crate::kernel::page::{self, Cursor, Way};
use serde::Deserialize;

/// What an address says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub after: Option<String>,
    pub before: Option<String>,
}

impl Filter {
    /// Where the page starts, and which way it lies. A cursor that cannot be read means the first page.
    pub fn cursor(&self) -> Option<(Way, Cursor)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }
}
