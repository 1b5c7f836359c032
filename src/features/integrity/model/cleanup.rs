//! What is removed once nobody needs it any more, and what takes care of itself.
use crate::live::settings::keys::{self, Key};
use jiff::Timestamp;

crate::codes! {
    /// What can be removed here.
    pub enum Sweep {
        UserSessions = "user-sessions" / "Users' sessions that nobody uses",
        OutboxEvents = "outbox-events" / "Analytics events that were delivered",
        TrainingLogs = "training-logs" / "Logs of old trainings",
        ViewGrants = "view-grants" / "Old views as a user",
        GatewayCalls = "gateway-calls" / "Old calls to the payment gateway",
    }
}

impl Sweep {
    /// The sweep with this code.
    pub fn find(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|sweep| sweep.code() == code).copied()
    }

    /// The table that it is about.
    pub fn table(self) -> &'static str {
        match self {
            Self::UserSessions => "platform.user_sessions",
            Self::OutboxEvents => "backlot.outbox_events",
            Self::TrainingLogs => "platform.training_logs",
            Self::ViewGrants => "backlot.view_grants",
            Self::GatewayCalls => "backlot.gateway_calls",
        }
    }

    /// The setting that says for how many days it is kept.
    pub fn days(self) -> Key<i64> {
        match self {
            Self::UserSessions => keys::USER_SESSION_DAYS,
            Self::OutboxEvents => keys::OUTBOX_DAYS,
            Self::TrainingLogs => keys::TRAINING_LOG_DAYS,
            Self::ViewGrants => keys::VIEW_GRANT_DAYS,
            Self::GatewayCalls => keys::GATEWAY_CALL_DAYS,
        }
    }

    /// One of them, and many, as a button says it.
    pub fn nouns(self) -> (&'static str, &'static str) {
        match self {
            Self::UserSessions => ("session", "sessions"),
            Self::OutboxEvents => ("event", "events"),
            Self::TrainingLogs => ("line", "lines"),
            Self::ViewGrants => ("view", "views"),
            Self::GatewayCalls => ("call", "calls"),
        }
    }

    /// What is lost with it.
    pub fn about(self) -> &'static str {
        match self {
            Self::UserSessions => "Whoever comes back on such a device signs in again. Nothing else is lost.",
            Self::OutboxEvents => "The collector has them. Those that were not delivered stay.",
            Self::TrainingLogs => "The trainings stay, with their outcome and their costs; what their trainer printed goes.",
            Self::ViewGrants => "Who viewed the platform as whom, when and why stays in the audit log.",
            Self::GatewayCalls => "Payments, operations and the ledger stay; how long each call took goes.",
        }
    }
}

/// What removes itself: table, what it is, for how long it is kept, and what sees to it.
pub const BY_THEMSELVES: [(&str, &str, &str, &str); 10] = [
    ("backlot.sessions", "Admins' sessions", "30 days after they were last used", "every night"),
    ("backlot.admin_links", "One-time links", "30 days after they ran out", "every night"),
    ("backlot.throttles", "Counted guesses", "1 day", "every night"),
    ("backlot.submissions", "Answered forms", "2 days", "every night"),
    ("backlot.used_challenges", "Answered challenges of passkeys", "1 day", "every night"),
    ("backlot.parked_forms", "Parked forms", "1 day", "every night"),
    ("backlot.mailbox", "Letters of the demo", "30 days", "every night"),
    ("backlot.jobs", "Jobs that are over", "14 days; 90 if they died", "every minute"),
    ("backlot.inbox", "Messages of webhooks", "as long as they may be repeated", "every minute"),
    ("backlot.exports", "Files of exports", "as the setting “Keep for” says; the record stays", "every ten minutes"),
];

/// One time of tidying up.
#[derive(Clone, Debug)]
pub struct Tidied {
    pub sweep: Sweep,
    pub asked_by: Option<String>,
    pub asked_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub due: i64,
    pub removed: i64,
    pub bytes_before: i64,
    pub bytes_after: Option<i64>,
}
