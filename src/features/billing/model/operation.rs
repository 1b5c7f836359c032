//! An operation: something that is asked of the payment gateway, or that waits for a second admin; one row each.
use crate::codes;
use crate::gateways::finby::Mode;
use crate::kernel::Audited;
use crate::web::parts::Badge;
use crate::web::show::{money, number};
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::plan::Plan;

/// The unit of credits, where money has its currency.
pub const CREDITS: &str = "CRD";

codes! {
    /// What is done.
    pub enum Kind {
        /// A stored card is charged, without the customer.
        Charge = "charge" / "Charge",
        /// The customer is sent a link to pay, and agrees to later charges with it.
        Link = "link" / "Payment link",
        Refund = "refund" / "Refund",
        Credits = "credits" / "Credits",
    }
}

codes! {
    /// What for.
    pub enum Purpose {
        Renewal = "renewal" / "Renewal",
        /// A charge that failed, again.
        Recovery = "recovery" / "Recovery",
        Upgrade = "upgrade" / "Upgrade",
        Refund = "refund" / "Refund",
        Grant = "grant" / "Credits granted",
        Deduct = "deduct" / "Credits deducted",
    }
}

codes! {
    /// How far it is.
    pub enum State {
        AwaitingApproval = "awaiting_approval" / "Awaiting approval",
        /// It will be sent.
        Queued = "queued" / "Queued",
        /// It is being sent: from here on money may have moved.
        Sending = "sending" / "Sending",
        /// The gateway has it, or the customer.
        Waiting = "waiting" / "Waiting",
        /// It was sent, and nobody knows whether money moved. It is never sent again.
        Uncertain = "uncertain" / "Uncertain",
        Succeeded = "succeeded" / "Succeeded",
        Failed = "failed" / "Failed",
        /// It was never sent.
        CalledOff = "called_off" / "Called off",
    }
}

codes! {
    /// Who found out how it ended.
    pub enum SettledBy {
        Answer = "answer" / "the gateway's answer",
        Notice = "notice" / "a notification",
        Look = "look" / "asking the gateway",
        People = "people" / "two admins",
    }
}

codes! {
    /// How it ended, as an admin found out.
    pub enum Outcome {
        Succeeded = "succeeded" / "It happened: money moved",
        Failed = "failed" / "It did not happen: no money moved",
    }
}

codes! {
    /// Why, in a word that can be counted.
    pub enum ReasonCode {
        RequestedByCustomer = "requested_by_customer" / "The customer asked for it",
        Duplicate = "duplicate" / "Paid twice",
        Fraudulent = "fraudulent" / "Fraud",
        ServiceProblem = "service_problem" / "The service did not work",
        Goodwill = "goodwill" / "Goodwill",
        BillingError = "billing_error" / "We billed wrongly",
        Other = "other" / "Another reason",
    }
}

impl State {
    /// Nothing more will happen by itself.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::CalledOff)
    }

    /// Its badge.
    pub fn badge(self, why: &str) -> Badge {
        let tone = match self {
            Self::Succeeded => "ok",
            Self::Failed => "bad",
            Self::Queued | Self::Sending | Self::Waiting => "info",
            Self::AwaitingApproval | Self::Uncertain => "warn",
            Self::CalledOff => "",
        };
        Badge::new(tone, self.label()).because(why)
    }
}

/// An operation, as its row has it.
#[derive(Clone, Debug, Serialize)]
pub struct Operation {
    #[serde(skip)]
    pub id: Uuid,
    pub kind: Kind,
    pub purpose: Purpose,
    pub user: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription: Option<Uuid>,
    /// The payment that is charged or refunded; credits have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<Uuid>,
    #[serde(skip)]
    pub mandate: Option<Uuid>,
    pub mode: Mode,
    /// Ours, at the gateway.
    pub reference: String,
    /// In minor units of the currency, or in credits; above zero.
    pub minor: i64,
    /// ISO 4217, or `CRD`.
    pub currency: String,
    pub state: State,
    #[serde(skip_serializing_if = "Plan::is_nothing")]
    pub plan: Plan,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<ReasonCode>,
    #[serde(skip)]
    pub note: Option<String>,
    #[serde(skip)]
    pub ticket: Option<String>,
    /// Nobody: Backlot itself.
    #[serde(skip)]
    pub requested_by: Option<Uuid>,
    #[serde(skip)]
    pub requested_at: Timestamp,
    #[serde(skip)]
    pub approve_until: Option<Timestamp>,
    #[serde(skip)]
    pub decided_by: Option<Uuid>,
    #[serde(skip)]
    pub decided_at: Option<Timestamp>,
    #[serde(skip)]
    pub sent_at: Option<Timestamp>,
    #[serde(skip)]
    pub tries: i32,
    /// Its number at the gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway_ref: Option<i64>,
    /// The code of the answer, as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What came of it, in words.
    #[serde(skip)]
    pub answer: Option<String>,
    #[serde(skip)]
    pub next_look_at: Option<Timestamp>,
    #[serde(skip)]
    pub looks: i32,
    /// Where the customer pays: whoever has it can pay, and agree to more.
    #[serde(skip)]
    pub link: Option<String>,
    #[serde(skip)]
    pub link_until: Option<Timestamp>,
    #[serde(skip)]
    pub settled_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settled_by: Option<SettledBy>,
    /// What the first of two admins found out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
}

/// What an admin found out about an operation that nobody could say anything of; it counts when another has found the same.
#[derive(Clone, Debug, Serialize)]
pub struct Claim {
    #[serde(skip)]
    pub by: Uuid,
    pub outcome: Outcome,
    pub evidence: String,
    /// The gateway's number, if it was found there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    #[serde(skip)]
    pub at: Timestamp,
}

impl Operation {
    /// The amount, as people read it.
    pub fn amount(&self) -> String {
        if self.currency == CREDITS { format!("{} credits", number(self.minor)) } else { money(self.minor, &self.currency) }
    }

    /// What it is, in a few words: "Refund of €5.00".
    pub fn title(&self) -> String {
        match self.kind {
            Kind::Credits => format!("{}: {}", self.purpose.label(), number(self.minor)),
            kind => format!("{} of {}", kind.label(), self.amount()),
        }
    }

    /// Whether money leaves us by it.
    pub fn pays_out(&self) -> bool {
        self.kind == Kind::Refund
    }
}

impl Audited for Operation {
    const KIND: &'static str = "billing_operation";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        self.title()
    }
}
