//! What the list of admins can be narrowed by; all of it stands in the address.
use super::model::Status;
use crate::codes;
use crate::kernel::Role;
use serde::Deserialize;

codes! {
    /// Which second factors somebody has.
    pub enum Factor {
        None = "none" / "No second factor",
        App = "app" / "Authenticator app",
        Passkey = "passkey" / "Passkey",
        NoCodes = "no_codes" / "No recovery codes left",
    }
}

/// The filters of an address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub q: Option<String>,
    pub role: Option<Role>,
    pub status: Option<Status>,
    pub factor: Option<Factor>,
}

impl Filter {
    /// What is searched for, if anything.
    pub fn search(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The same as a pattern for `ilike`, in which what was typed means itself.
    pub fn pattern(&self) -> Option<String> {
        self.search().map(|text| format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")))
    }

    /// What narrows the list: its name and value for people, and its key in the address.
    pub fn words(&self) -> Vec<(&'static str, &'static str, String)> {
        let set = [
            ("Search", "q", self.search()),
            ("Role", "role", self.role.map(Role::label)),
            ("Status", "status", self.status.map(Status::label)),
            ("Second factor", "factor", self.factor.map(Factor::label)),
        ];
        set.into_iter().filter_map(|(name, key, value)| value.map(|value| (name, key, value.to_owned()))).collect()
    }
}
