//! What the list of exports can be narrowed by; all of it stands in the address.
use super::model::State;
use crate::codes;
use crate::kernel::page::{self, Way};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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

/// Where a page starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Microseconds since 1970.
    pub at: i64,
    pub id: Uuid,
}

impl Filter {
    /// Where the page starts, and which way it lies. A cursor that cannot be read means the first page.
    pub fn cursor(&self) -> Option<(Way, Cursor)> {
        let after = self.after.as_deref().and_then(page::decode).map(|cursor| (Way::After, cursor));
        after.or_else(|| self.before.as_deref().and_then(page::decode).map(|cursor| (Way::Before, cursor)))
    }
}
