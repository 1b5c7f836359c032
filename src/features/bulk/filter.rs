//! What the lists can be narrowed by; all of it stands in the address.
use super::model::{RowState, State};
use crate::codes;
use crate::kernel::page::{self, Cursor, Way};
use serde::Deserialize;
use uuid::Uuid;

codes! {
    /// Whose operations.
    pub enum Author { Mine = "me" / "Mine" }
}

/// The filters of the list of operations.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub state: Option<State>,
    pub author: Option<Author>,
    pub after: Option<String>,
    pub before: Option<String>,
}

impl Filter {
    /// Where the page starts, and which way it lies. A cursor that cannot be read means the first page.
    pub fn cursor(&self) -> Option<(Way, Cursor)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }
}

/// The filters of the rows of one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    pub state: Option<RowState>,
    pub after: Option<String>,
    pub before: Option<String>,
}

impl Rows {
    /// Where the page starts: after or before a row.
    pub fn cursor(&self) -> Option<(Way, Uuid)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }
}
