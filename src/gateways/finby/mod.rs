//! The payment gateway: charges, refunds and what became of them. Subscriptions are our own; the gateway only moves money.
//!
//! Finby (formerly TrustPay) has two faces here: the REST API with OAuth2 for payments, their state and refunds, and MAPI5 with signed
//! addresses for recurring ones. Neither knows an idempotency key, and neither can be asked by our own reference: a call whose answer
//! was lost may have moved money, and only the notification, the state or a person can tell.
mod access;
mod amount;
mod answer;
mod codes;
mod mapi;
mod notice;
mod payments;
mod rest;
pub mod signature;
mod token;

pub use access::{Access, Unusable};
pub use amount::Amount;
pub use codes::{Decline, Meaning, meaning};
pub use notice::{Direction, Notice, Unbelieved};
pub use payments::{Payments, Places};
pub use rest::Finby;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Which world money moves in. Said outright in the environment, shown on every billing page and kept with every row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The stand-in.
    Sandbox,
    /// The gateway's own test system, or a test account.
    Test,
    /// Real money.
    Live,
}

impl Mode {
    /// The word in the database and the environment.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Test => "test",
            Self::Live => "live",
        }
    }

    /// From its word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Sandbox, Self::Test, Self::Live].into_iter().find(|mode| mode.code() == word)
    }
}

/// The gateway's number of a payment or refund.
pub type PaymentId = i64;

/// Where the customer is sent after paying, and where we are told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    pub success: String,
    pub cancel: String,
    pub error: String,
    pub notification: String,
}

/// Who pays, as the card scheme wants to know it (MAPI5, card payments).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payer {
    pub name: String,
    pub email: String,
    pub street: String,
    pub city: String,
    pub postcode: String,
    /// ISO 3166-1, two letters.
    pub country: String,
}

/// A payment that the customer makes on the gateway's own page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosted {
    /// Ours, new for each attempt that may reach the gateway; at most 35 characters.
    pub reference: String,
    pub amount: Amount,
    /// Two letters (ISO 639-1) for the page.
    pub language: String,
    pub addresses: Addresses,
}

/// A hosted payment that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    pub id: PaymentId,
    /// Where the customer pays.
    pub page: String,
}

/// A charge of a stored card, without the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    pub reference: String,
    pub amount: Amount,
    /// The payment with which the customer agreed to it.
    pub initial: PaymentId,
}

/// What a charge came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charged {
    pub meaning: Meaning,
    /// The code as it came, for the record.
    pub code: String,
    pub id: Option<PaymentId>,
}

/// Part of a payment or all of it, back to the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    pub reference: String,
    pub amount: Amount,
    /// The payment that is refunded.
    pub payment: PaymentId,
}

/// How far a payment or refund is (REST API, `Status`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    Pending,
    Authorizing,
    Authorized,
    Paid,
    Rejected,
    Refunded,
    Chargebacked,
    /// A dispute that was settled by giving the money back at once.
    RapidDisputeResolution,
}

impl State {
    /// From its word; `None` for one that was not there when this was written: then nothing is concluded.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "Pending" => Self::Pending,
            "Authorizing" => Self::Authorizing,
            "Authorized" => Self::Authorized,
            "Paid" => Self::Paid,
            "Rejected" => Self::Rejected,
            "Refunded" => Self::Refunded,
            "Chargebacked" => Self::Chargebacked,
            "RapidDisputeResolution" => Self::RapidDisputeResolution,
            _ => return None,
        })
    }
}

/// A payment or refund as the gateway has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    pub id: PaymentId,
    pub reference: String,
    pub amount: Amount,
    /// `None`: a word that we do not know. What was known before still holds.
    pub state: Option<State>,
    /// The acquirer's code where it was refused.
    pub code: Option<String>,
}

/// Why the gateway did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// It read it and will not; nothing was moved.
    #[error("the gateway refuses ({code}): {why}")]
    Rejected { code: String, meaning: Meaning, why: String },
    /// It asks us to wait; nothing was moved.
    #[error("the gateway asks to wait")]
    Throttled(Option<Duration>),
    /// Nothing was sent: it can be asked again with the same reference.
    #[error("the gateway cannot be reached: {0}")]
    NeverSent(String),
    /// It may have been done. Never ask again blindly.
    #[error("the gateway's answer was lost: {0}")]
    Uncertain(String),
    /// It does not know us.
    #[error("the gateway refuses our credentials: {0}")]
    Auth(String),
    /// It knows of no such payment, or not yet.
    #[error("the gateway knows of no such payment")]
    NotFound,
}

impl GatewayError {
    /// Whether money may have moved all the same.
    #[must_use]
    pub fn may_be_done(&self) -> bool {
        matches!(self, Self::Uncertain(_))
    }
}

/// Moves money.
#[async_trait]
pub trait PaymentGateway: Send + Sync + 'static {
    /// The world that it moves money in.
    fn mode(&self) -> Mode;

    /// Begins a payment on the gateway's page.
    async fn start(&self, payment: &Hosted) -> Result<Started, GatewayError>;

    /// The address where the customer pays and agrees to be charged again: recurring initial, MAPI5 `PaymentType` 3.
    ///
    /// # Errors
    /// `Rejected` for what cannot be written into an address.
    fn agree(&self, payment: &Hosted, payer: &Payer) -> Result<String, GatewayError>;

    /// Charges a stored card: recurring subsequent, MAPI5 `PaymentType` 4.
    async fn charge(&self, charge: &Charge) -> Result<Charged, GatewayError>;

    /// Gives money back. The answer is the refund's own number; that it was taken is not that it is done.
    async fn refund(&self, refund: &Refund) -> Result<PaymentId, GatewayError>;

    /// How a payment or refund is by now.
    async fn fetch(&self, id: PaymentId) -> Result<Payment, GatewayError>;

    /// Reads a notification in JSON and makes sure that it is the gateway's.
    ///
    /// # Errors
    /// Why it is not believed.
    fn believe_json(&self, body: &[u8]) -> Result<Notice, Unbelieved>;

    /// The same for one in query or form fields.
    ///
    /// # Errors
    /// As [`PaymentGateway::believe_json`].
    fn believe_fields(&self, fields: &str) -> Result<Notice, Unbelieved>;
}
