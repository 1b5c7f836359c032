//! Passkeys (W3C Web Authentication, level 3): what a page asks a browser, and whether the answer in a form is the right one.
//!
//! A page carries the question and, sealed, what the answer is checked against; nothing is stored until it is answered. Then the
//! action spends the question's challenge in its own transaction, so that no answer counts twice.
mod ceremony;
mod party;
mod refusal;
mod store;

pub use ceremony::{Ceremony, Purpose};
pub use refusal::Refusal;
pub use store::{count, insert, lock, spend, use_up};

use super::parts::Link;
use crate::kernel::{Audited, Role};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// The hidden field that a script fills with the device's answer. What was asked is good for minutes, so such a form is never kept.
pub const ANSWER: &str = "credential";

/// A question that a page offers to ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// `create` or `get`.
    pub verb: &'static str,
    /// What the browser is asked, as JSON; empty when there is nothing to ask.
    pub options: String,
    /// What the answer is checked against, sealed.
    pub ceremony: String,
    /// Where the page must be opened instead: browsers keep passkeys for names, not for numbers.
    pub elsewhere: Option<Link>,
}

impl Offer {
    /// Whether there is anything to say about passkeys here.
    pub fn is_made(&self) -> bool {
        !self.options.is_empty() || self.elsewhere.is_some()
    }
}

/// What a form brings back.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    pub credential: &'a str,
    pub ceremony: &'a str,
}

/// A passkey that a device has just made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewPasskey {
    pub credential_id: Vec<u8>,
    /// Public key, counter, transports: what later answers are checked with.
    pub credential: Value,
    /// What this answer uses up.
    pub challenge: Vec<u8>,
    /// What it is called unless its owner says otherwise.
    pub name: String,
}

/// A passkey that was shown: what is written down about it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shown {
    pub passkey: Uuid,
    pub admin_id: Uuid,
    /// What this answer uses up.
    pub challenge: Vec<u8>,
    pub credential: Value,
    pub counter: u32,
}

/// A passkey that is registered, and whose it is.
#[derive(Clone, Debug)]
pub struct Known {
    pub id: Uuid,
    pub name: String,
    pub admin_id: Uuid,
    pub email: String,
    pub admin_name: String,
    pub role: Role,
    pub is_active: bool,
    pub credential: Value,
}

/// A passkey as the audit log sees it: never its key.
#[derive(Clone, Debug, Serialize)]
pub struct PasskeyRow {
    #[serde(skip)]
    pub id: Uuid,
    pub name: String,
    pub created: Timestamp,
}

impl Audited for PasskeyRow {
    const KIND: &'static str = "passkey";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        self.name.clone()
    }
}
