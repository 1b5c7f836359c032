//! What the list of exports can be narrowed by; all of it stands in the address.
use super::model::State;
use crate::codes;
use crate::kernel::page::{self, Cursor, Way};
use serde::Deserialize;

codes! {
    /// Whose exports.
    pub enum Whose { All = "all" / "Everybody's" }
}

/// The filters of an address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub state: Option<State>,
    pub dataset: Option<String>,
    pub whose: Option<Whose>,
    pub after: Option<String>,
    pub before: Option<String>,
}

impl Filter {
    /// Where the page starts, and which way it lies. A cursor that cannot be read means the first page.
    pub fn cursor(&self) -> Option<(Way, Cursor)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }
}
