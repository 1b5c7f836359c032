//! A user of the platform, as the staff sees them.
use crate::codes;
pub use crate::kernel::Tier;

use crate::kernel::Audited;
use crate::web::parts::Badge;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// Whether a user may come in.
    pub enum Status { Active = "active" / "Active", Suspended = "suspended" / "Suspended", Deleted = "deleted" / "Deleted" }
}

codes! {
    /// What a user may do on the platform.
    pub enum UserRole { Member = "member" / "Member", Creator = "creator" / "Creator", Moderator = "moderator" / "Moderator" }
}

/// A user, without anything they could sign in with.
#[derive(Clone, Debug, Serialize)]
pub struct User {
    #[serde(skip)]
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub tier: Tier,
    pub status: Status,
    pub status_reason: Option<String>,
    pub role: UserRole,
    #[serde(skip)]
    pub profile: Profile,
}

/// What changes without an admin, or is of no interest to the audit log.
#[derive(Clone, Debug)]
pub struct Profile {
    pub country: Option<String>,
    pub locale: String,
    pub time_zone: String,
    pub created_at: Timestamp,
    pub last_active_at: Timestamp,
    pub status_changed_at: Option<Timestamp>,
    pub marketing_consent: bool,
    pub view_as_refused: bool,
    pub payment_failing: bool,
    pub training_failing: bool,
}

impl Audited for User {
    const KIND: &'static str = "user";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        if self.name.trim().is_empty() { self.email.clone() } else { self.name.clone() }
    }
}

impl User {
    /// Their states, each with why it is so.
    pub fn badges(&self) -> Vec<Badge> {
        let since = self.profile.status_changed_at.map(|at| format!("since {}", at.strftime("%-d %b %Y")));
        let reason = self.status_reason.as_deref().map(|reason| reason.trim_end_matches('.').to_owned());
        let why = [reason, since].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let mut badges = vec![self.status.badge(Some(&why))];
        badges.push(Badge::new(self.tier.tone(), self.tier.label()));
        if self.role != UserRole::Member {
            badges.push(Badge::new("info", self.role.label()));
        }
        if self.profile.payment_failing {
            badges.push(Badge::new("bad", "Payment failing").because("their newest payment failed"));
        }
        if self.profile.training_failing {
            badges.push(Badge::new("warn", "Training failing").because("the newest state of a LoRA model is failed"));
        }
        if self.profile.view_as_refused {
            badges.push(Badge::new("", "No view-as").because("they do not want support to look at their account as them"));
        }
        badges
    }
}

impl Status {
    /// Its badge; a reason says why.
    pub fn badge(self, reason: Option<&str>) -> Badge {
        let tone = match self {
            Self::Active => "ok",
            Self::Suspended => "warn",
            Self::Deleted => "bad",
        };
        Badge::new(tone, self.label()).because(reason.unwrap_or_default())
    }
}

impl Tier {
    fn tone(self) -> &'static str {
        match self {
            Self::Free => "",
            Self::Starter => "info",
            Self::Pro => "accent",
        }
    }

    /// Whether going there takes something away.
    pub fn is_less_than(self, other: Self) -> bool {
        self.rank() < other.rank()
    }

    fn rank(self) -> u8 {
        match self {
            Self::Free => 0,
            Self::Starter => 1,
            Self::Pro => 2,
        }
    }
}

/// What a member of the staff wrote down.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Note {
    #[serde(skip)]
    pub id: Uuid,
    pub body: String,
    #[serde(skip)]
    pub about: String,
}

impl Audited for Note {
    const KIND: &'static str = "user_note";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        format!("Note about {}", self.about)
    }
}

/// The sessions of a user that end, as the audit log sees them: how many, never which.
#[derive(Clone, Debug, Serialize)]
pub struct OpenSessions {
    #[serde(skip)]
    pub user_id: Uuid,
    #[serde(skip)]
    pub label: String,
    pub open_sessions: i64,
}

impl Audited for OpenSessions {
    const KIND: &'static str = "user";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.user_id.to_string()
    }
    fn label(&self) -> String {
        self.label.clone()
    }
}

/// A tag of a user.
#[derive(Clone, Debug, Serialize)]
pub struct Tagged {
    #[serde(skip)]
    pub user: Uuid,
    #[serde(skip)]
    pub label: String,
    pub tag: String,
}

impl Audited for Tagged {
    const KIND: &'static str = "user";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.user.to_string()
    }
    fn label(&self) -> String {
        self.label.clone()
    }
}
