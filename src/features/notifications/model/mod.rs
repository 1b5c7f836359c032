//! A notification: what is said, to whom, when, and how far it has come.
mod audience;
pub mod content;
pub mod letter;
pub mod markdown;
pub mod plan;
mod progress;

pub use audience::{Audience, Named};
pub use content::{Content, Link};
pub use plan::Plan;
pub use progress::{LeftOut, Progress};

use crate::codes;
use crate::kernel::{Audited, Result, secret};
use crate::web::show;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use uuid::Uuid;

codes! {
    /// What it is about; decides who must be told, and who may say no.
    pub enum Kind {
        System = "system" / "System announcement",
        Maintenance = "maintenance" / "Maintenance notice",
        Feature = "feature" / "Feature announcement",
        Promotional = "promotional" / "Promotional message",
    }
}

codes! {
    /// How urgent it looks.
    pub enum Severity { Info = "info" / "Information", Success = "success" / "Good news", Warning = "warning" / "Warning", Critical = "critical" / "Critical" }
}

codes! {
    /// The way it takes.
    pub enum Channel { InApp = "in_app" / "In-app inbox", Email = "email" / "E-mail" }
}

codes! {
    /// How far a notification has come.
    pub enum State {
        Draft = "draft" / "Draft",
        Proposed = "proposed" / "Awaits approval",
        Scheduled = "scheduled" / "Scheduled",
        Sending = "sending" / "Sending",
        Paused = "paused" / "Paused",
        Held = "held" / "Held",
        Sent = "sent" / "Sent",
        Cancelled = "cancelled" / "Cancelled",
    }
}

codes! {
    /// How a single delivery stands, for people.
    pub enum Delivery {
        Queued = "queued" / "Waiting",
        Claimed = "claimed" / "Being sent",
        Sent = "sent" / "Sent",
        Failed = "failed" / "Failed",
        Skipped = "skipped" / "Left out",
    }
}

impl Kind {
    /// Whether users can say that they do not want it.
    pub fn can_be_declined(self) -> bool {
        matches!(self, Self::Feature | Self::Promotional)
    }

    /// The word in the platform's inbox.
    pub fn in_inbox(self) -> &'static str {
        match self {
            Self::System => "announcement",
            Self::Maintenance => "maintenance",
            Self::Feature => "feature",
            Self::Promotional => "promotion",
        }
    }

    /// What a user calls it who wants no more of it.
    pub fn to_users(self) -> &'static str {
        match self {
            Self::System => "announcements about your account and the service",
            Self::Maintenance => "maintenance notices",
            Self::Feature => "news about new features",
            Self::Promotional => "offers and promotions",
        }
    }
}

impl State {
    /// Whether what it says, whom it is for and when may still be changed. What has recipients already is settled.
    pub fn is_editable(self) -> bool {
        matches!(self, Self::Draft | Self::Proposed | Self::Scheduled | Self::Held)
    }

    /// Whether it is over.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Sent | Self::Cancelled)
    }
}

/// A notification.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    pub id: Uuid,
    pub content: Content,
    pub audience: Audience,
    pub plan: Plan,
    pub state: State,
    pub next_at: Option<Timestamp>,
    pub held_why: Option<String>,
    pub allowed_people: Option<i64>,
    pub run: i32,
    /// The recurring notification that this is an occurrence of, and the time that it stands for.
    pub series_id: Option<Uuid>,
    pub occurs_at: Option<Timestamp>,
    pub version: i32,
    pub created_by: Option<Uuid>,
    pub created_at: Timestamp,
    pub submitted_by: Option<Uuid>,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
}

impl Notification {
    /// SHA-256 of what is said, to whom and when: what an approval is of.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn hash(&self) -> Result<Vec<u8>> {
        Ok(secret::sha256(&serde_json::to_vec(&(&self.content, &self.audience, &self.plan))?))
    }

    /// Whether it comes again and again.
    pub fn is_series(&self) -> bool {
        self.plan.recurs() && self.series_id.is_none()
    }
}

/// As the audit log keeps it: a list of people by its number and hash; what follows from the plan, and from the hour, not at all.
#[derive(Serialize)]
struct Recorded<'a> {
    state: State,
    #[serde(flatten)]
    content: &'a Content,
    audience: String,
    plan: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    held_why: &'a Option<String>,
}

impl Serialize for Notification {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let recorded = Recorded {
            state: self.state,
            content: &self.content,
            audience: self.audience.recorded(),
            plan: self.plan.words(),
            held_why: &self.held_why,
        };
        recorded.serialize(serializer)
    }
}

impl Audited for Notification {
    const KIND: &'static str = "notification";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        show::short(&self.content.title, 80)
    }
}
