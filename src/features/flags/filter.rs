//! What the list of flags can be narrowed by; all of it stands in the address.
use crate::codes;
use crate::live::Kind;
use serde::Deserialize;

codes! {
    /// How a flag stands.
    pub enum Stand {
        On = "on" / "On",
        Off = "off" / "Off",
        Archived = "archived" / "Archived",
    }
}

/// The filters of an address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub q: Option<String>,
    pub state: Option<Stand>,
    #[serde(rename = "type")]
    pub kind: Option<Kind>,
    pub tag: Option<String>,
    pub owner: Option<String>,
}

impl Filter {
    /// What is searched for, if anything.
    pub fn search(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }
}
