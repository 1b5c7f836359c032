//! What the settings can be narrowed by; all of it stands in the address.
use crate::codes;
use crate::live::settings::{Category, Definition};
use serde::{Deserialize, Serialize};

codes! {
    /// A filter that is on or not there.
    pub enum Yes { Yes = "yes" / "Yes" }
}

/// The filters of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// Only what differs from its default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<Yes>,
}

impl Filter {
    /// What is searched for, if anything.
    pub fn search(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// Whether a setting is wanted, whatever its category.
    pub fn wants(&self, definition: &Definition, is_changed: bool) -> bool {
        self.search().is_none_or(|text| definition.is_meant_by(text)) && (self.changed.is_none() || is_changed)
    }

    /// As it stands in an address.
    pub fn query(&self) -> String {
        serde_urlencoded::to_string(self).unwrap_or_default()
    }
}
