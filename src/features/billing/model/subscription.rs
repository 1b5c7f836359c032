//! A subscription: what is paid for, until when, and what comes after.
use crate::kernel::{Audited, Tier};
use crate::web::parts::Badge;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

crate::codes! {
    /// How a subscription is.
    pub enum Status {
        Trialing = "trialing" / "On trial",
        Active = "active" / "Active",
        /// A payment failed; access is kept through grace.
        PastDue = "past_due" / "Past due",
        /// Runs to the end of its period.
        Cancelled = "cancelled" / "Cancelled",
        Lapsed = "lapsed" / "Lapsed",
    }
}

crate::codes! {
    /// Why somebody leaves.
    pub enum CancelReason {
        TooExpensive = "too_expensive" / "Too expensive",
        MissingFeature = "missing_feature" / "Misses a feature",
        Quality = "quality" / "Quality of the results",
        Unused = "unused" / "Does not use it",
        Switched = "switched" / "Uses another product",
        Support = "support" / "Unhappy with support",
        Fraud = "fraud" / "Fraud or abuse",
        Other = "other" / "Another reason",
    }
}

/// What a user pays for; at most one of them that is not lapsed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subscription {
    #[serde(skip)]
    pub id: Uuid,
    #[serde(skip)]
    pub user_id: Uuid,
    /// Whose it is, for people.
    #[serde(skip)]
    pub user: String,
    pub tier: Tier,
    pub status: Status,
    #[serde(skip)]
    pub created_at: Timestamp,
    #[serde(skip)]
    pub period_start: Timestamp,
    pub period_end: Timestamp,
    pub grace_until: Option<Timestamp>,
    pub price_minor: i64,
    pub currency: String,
    pub pending_tier: Option<Tier>,
    pub cancel_reason: Option<String>,
    #[serde(skip)]
    pub cancelled_at: Option<Timestamp>,
    #[serde(skip)]
    pub card: Option<String>,
    pub failed_charges: i32,
    pub next_charge_at: Option<Timestamp>,
    /// Whether any payment of it was ever captured.
    #[serde(skip)]
    pub was_paid: bool,
}

impl Audited for Subscription {
    const KIND: &'static str = "subscription";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        format!("{} of {}", self.tier, self.user)
    }
}

impl Subscription {
    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.status == Status::Lapsed
    }

    /// Whether it will be charged again by itself.
    pub fn renews(&self) -> bool {
        self.cancelled_at.is_none() && matches!(self.status, Status::Trialing | Status::Active | Status::PastDue)
    }

    /// Until when the user may use what they pay for.
    pub fn access_until(&self) -> Timestamp {
        match self.status {
            Status::PastDue => self.grace_until.unwrap_or(self.period_end),
            _ => self.period_end,
        }
    }

    /// Its state in a word.
    pub fn badge(&self) -> Badge {
        let tone = match self.status {
            Status::Trialing => "info",
            Status::Active => "ok",
            Status::PastDue => "bad",
            Status::Cancelled => "warn",
            Status::Lapsed => "",
        };
        let is_ending = self.status == Status::PastDue && self.cancelled_at.is_some();
        Badge::new(tone, if is_ending { "Past due, cancelled" } else { self.status.label() })
    }
}
