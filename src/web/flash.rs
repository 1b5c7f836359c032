//! The sentence on the page after an action.
use super::session;
use crate::kernel::Result;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

/// Where a session keeps it.
pub(super) const KEY: &str = "flash";

/// What was done, in a sentence, with a link to its record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// `ok`, `warn` or `bad`.
    pub kind: String,
    pub text: String,
    /// Address and words of a link.
    pub link: Option<(String, String)>,
    /// Address and words of the opposite action.
    pub undo: Option<(String, String)>,
}

impl Flash {
    /// Something went well.
    pub fn ok(text: impl Into<String>) -> Self {
        Self { kind: "ok".into(), text: text.into(), link: None, undo: None }
    }

    /// Something needs attention.
    pub fn warn(text: impl Into<String>) -> Self {
        Self { kind: "warn".into(), text: text.into(), link: None, undo: None }
    }

    /// Offers the opposite: an action that can be done at once, at this address.
    #[must_use]
    pub fn undo(mut self, path: String, label: &str) -> Self {
        self.undo = Some((path, label.to_owned()));
        self
    }

    /// Links it to a page.
    #[must_use]
    pub fn link(mut self, path: &str, label: &str) -> Self {
        self.link = Some((path.to_owned(), label.to_owned()));
        self
    }

    /// Links it to its audit entry.
    #[must_use]
    pub fn audit(mut self, entry: uuid::Uuid) -> Self {
        self.link = Some((format!("/admin/audit/{entry}"), "View audit entry".into()));
        self
    }

    /// Keeps it in a session, for the next page.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub async fn keep(self, session: &Session) -> Result<()> {
        session.insert(KEY, self).await.map_err(session::refused)
    }
}
