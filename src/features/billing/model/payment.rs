//! A payment of a customer, and what may be done with it.
use crate::codes;
use crate::gateways::finby::Mode;
use crate::kernel::Audited;
use crate::web::parts::Badge;
use crate::web::show::money;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

codes! {
    /// How a payment stands.
    pub enum PaymentStatus {
        Pending = "pending" / "Pending",
        Paid = "paid" / "Paid",
        Failed = "failed" / "Failed",
        Refunded = "refunded" / "Refunded",
        PartiallyRefunded = "partially_refunded" / "Partly refunded",
    }
}

impl PaymentStatus {
    /// Its badge.
    pub fn badge(self, why: &str) -> Badge {
        let tone = match self {
            Self::Paid => "ok",
            Self::Failed => "bad",
            Self::Pending => "info",
            Self::Refunded | Self::PartiallyRefunded => "warn",
        };
        Badge::new(tone, self.label()).because(why)
    }
}

/// A payment.
#[derive(Clone, Debug, Serialize)]
pub struct Payment {
    #[serde(skip)]
    pub id: Uuid,
    #[serde(skip)]
    pub user: Uuid,
    #[serde(skip)]
    pub subscription: Option<Uuid>,
    pub mode: Mode,
    #[serde(skip)]
    pub gateway_ref: Option<String>,
    pub status: PaymentStatus,
    pub description: String,
    pub minor: i64,
    pub refunded: i64,
    /// On its way back.
    pub refunding: i64,
    pub currency: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_code: Option<String>,
    #[serde(skip)]
    pub failure_text: Option<String>,
    #[serde(skip)]
    pub charged_back_at: Option<Timestamp>,
    #[serde(skip)]
    pub created_at: Timestamp,
}

impl Payment {
    /// What can still go back, in minor units.
    pub fn left(&self) -> i64 {
        let captured = matches!(self.status, PaymentStatus::Paid | PaymentStatus::PartiallyRefunded) && self.charged_back_at.is_none();
        if captured { self.minor.saturating_sub(self.refunded).saturating_sub(self.refunding).max(0) } else { 0 }
    }

    /// The gateway's number, where it is one.
    pub fn number(&self) -> Option<i64> {
        self.gateway_ref.as_deref().and_then(|text| text.parse().ok()).filter(|number| *number > 0)
    }

    /// Why nothing of it can go back in this mode, if nothing can.
    pub fn no_refund(&self, mode: Option<Mode>) -> Option<String> {
        match self.status {
            PaymentStatus::Pending => Some("It is not paid yet.".into()),
            PaymentStatus::Failed => Some("It was never paid.".into()),
            _ if self.charged_back_at.is_some() => Some("The cardholder's bank took it back already.".into()),
            PaymentStatus::Refunded => Some("All of it went back already.".into()),
            _ if self.left() == 0 => Some("All that is left of it is on its way back.".into()),
            _ => self.not_here(mode),
        }
    }

    /// Why it cannot be charged again in this mode, if it cannot; that its subscription waits for it is another question.
    pub fn no_retry(&self, mode: Option<Mode>) -> Option<String> {
        match self.status {
            PaymentStatus::Failed if self.subscription.is_none() => {
                Some("A stored card is charged for its plan only: a pack is bought again by the customer.".into())
            }
            PaymentStatus::Failed => self.not_here(mode),
            PaymentStatus::Pending => Some("It is not settled yet.".into()),
            _ => Some("It is paid.".into()),
        }
    }

    /// Rows of another world are only read.
    fn not_here(&self, mode: Option<Mode>) -> Option<String> {
        match mode {
            None => Some("No payment gateway is set up here.".into()),
            Some(mode) if mode != self.mode => {
                Some(format!("It is a payment of the mode {}; this server moves money in {}.", self.mode.code(), mode.code()))
            }
            Some(_) if self.status != PaymentStatus::Failed && self.number().is_none() => {
                Some("The gateway's number of it is not known.".into())
            }
            Some(_) => None,
        }
    }
}

impl Audited for Payment {
    const KIND: &'static str = "payment";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        format!("{} of {}", money(self.minor, &self.currency), self.description)
    }
}
