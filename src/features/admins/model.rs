//! What an admin's account is, as super admins see it and as the audit log keeps it.
use crate::codes;
use crate::kernel::{Audited, Role};
use crate::web::parts::Badge;
use serde::Serialize;
use uuid::Uuid;

codes! {
    /// How far an account has come.
    pub enum Status {
        Invited = "invited" / "Invited",
        Active = "active" / "Active",
        Disabled = "disabled" / "Disabled",
        Deleted = "deleted" / "Deleted",
    }
}

/// An account.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    #[serde(skip)]
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub status: Status,
    pub status_reason: Option<String>,
    pub password: bool,
    pub authenticator_app: bool,
    pub passkeys: i64,
    pub recovery_codes: i64,
}

impl Audited for Account {
    const KIND: &'static str = "admin";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        self.email.clone()
    }
}

impl Account {
    /// Their states, each with why it is so.
    pub fn badges(&self) -> Vec<Badge> {
        vec![self.status.badge(self.status_reason.as_deref()), Badge::new("info", self.role.label())]
    }

    /// Their second factors.
    pub fn factors(&self) -> Vec<Badge> {
        let mut badges = Vec::new();
        if self.authenticator_app {
            badges.push(Badge::new("ok", "App").because("an authenticator app"));
        }
        match self.passkeys {
            0 => {}
            1 => badges.push(Badge::new("ok", "Passkey")),
            many => badges.push(Badge::new("ok", format!("{many} passkeys"))),
        }
        if badges.is_empty() {
            badges.push(Badge::new("warn", "None").because("they set one up when they sign in next"));
        } else {
            badges.push(match self.recovery_codes {
                0 => Badge::new("warn", "No codes").because("no recovery codes, for the day a device is lost"),
                left => Badge::new("", format!("{left} codes")).because("recovery codes that are left"),
            });
        }
        badges
    }
}

impl Status {
    /// Its badge; a reason says why.
    pub fn badge(self, reason: Option<&str>) -> Badge {
        let tone = match self {
            Self::Invited => "info",
            Self::Active => "ok",
            Self::Disabled => "warn",
            Self::Deleted => "bad",
        };
        Badge::new(tone, self.label()).because(reason.unwrap_or_default())
    }
}
