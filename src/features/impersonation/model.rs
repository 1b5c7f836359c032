//! An admin's leave to see the platform as one user does.
use crate::codes;
use crate::kernel::Audited;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

/// How long a view lasts, whatever is done in it.
pub const MINUTES: i32 = 15;

codes! {
    /// Why a view is over.
    pub enum Over {
        Hand = "hand" / "ended by hand",
        Time = "time" / "its fifteen minutes were over",
        Admin = "admin" / "the admin's account was disabled, or its role does not allow it any more",
        Session = "session" / "the admin was signed out",
        User = "user" / "the user does not allow it, or is gone",
    }
}

/// A grant, as the record has it.
#[derive(Clone, Debug, Serialize)]
pub struct Grant {
    #[serde(skip)]
    pub id: Uuid,
    #[serde(skip)]
    pub user_id: Uuid,
    /// What the user is called.
    #[serde(skip)]
    pub user: String,
    #[serde(skip)]
    pub audit_id: Uuid,
    pub started_at: Timestamp,
    pub expires_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub ended_why: Option<Over>,
}

impl Audited for Grant {
    const KIND: &'static str = "view";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        format!("View as {}", self.user)
    }
}

/// Whom somebody wants to view the platform as.
#[derive(Clone, Debug)]
pub struct Subject {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub is_deleted: bool,
    pub refuses: bool,
    /// Their address is that of a member of the staff.
    pub is_staff: bool,
}

impl Subject {
    /// What people call them.
    pub fn called(&self) -> &str {
        if self.name.trim().is_empty() { &self.email } else { &self.name }
    }

    /// Why nobody may view the platform as them.
    pub fn obstacle(&self) -> Option<&'static str> {
        if self.is_deleted {
            Some("Their account is deleted: there is nothing left to see.")
        } else if self.is_staff {
            Some("This account belongs to a member of the staff.")
        } else if self.refuses {
            Some("They do not allow the staff to view the platform as them.")
        } else {
            None
        }
    }
}

/// How a view went, for the sentence afterwards.
#[derive(Clone, Debug)]
pub struct Summary {
    pub user_id: Uuid,
    pub user: String,
    pub audit_id: Uuid,
    pub seconds: i64,
    pub ended_why: Option<Over>,
    /// Addresses of the pages and how often each was seen.
    pub pages: Vec<(String, i64)>,
}
