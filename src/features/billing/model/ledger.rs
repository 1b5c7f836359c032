//! Double-entry: accounts, and the transfers between them. Every transfer takes from one account what it gives to another.
use super::operation::CREDITS;
use crate::gateways::finby::Mode;
use uuid::Uuid;

/// An account: money has a mode and a currency, credits have a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Account {
    /// What is with the gateway for us.
    Gateway(Mode, String),
    /// What customers paid.
    Revenue(Mode, String),
    /// What went back to them.
    Refunds(Mode, String),
    /// What their banks took back.
    Chargebacks(Mode, String),
    /// Where credits come from and go to.
    CreditsIssued,
    /// The credits that a user was given here, less what was taken.
    CreditsHeld(Uuid),
}

impl Account {
    /// As its row is called.
    pub fn code(&self) -> String {
        match self {
            Self::Gateway(mode, unit) | Self::Revenue(mode, unit) | Self::Refunds(mode, unit) | Self::Chargebacks(mode, unit) => {
                format!("{}/{unit}/{}", mode.code(), self.kind())
            }
            Self::CreditsIssued => format!("{CREDITS}/issued"),
            Self::CreditsHeld(user) => format!("{CREDITS}/held/{user}"),
        }
    }

    /// Its kind, in the database's word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Gateway(..) => "gateway",
            Self::Revenue(..) => "revenue",
            Self::Refunds(..) => "refunds",
            Self::Chargebacks(..) => "chargebacks",
            Self::CreditsIssued => "credits_issued",
            Self::CreditsHeld(_) => "credits_held",
        }
    }

    /// What it counts in.
    pub fn unit(&self) -> &str {
        match self {
            Self::Gateway(_, unit) | Self::Revenue(_, unit) | Self::Refunds(_, unit) | Self::Chargebacks(_, unit) => unit,
            Self::CreditsIssued | Self::CreditsHeld(_) => CREDITS,
        }
    }

    /// The world that its money is in.
    pub fn mode(&self) -> Option<Mode> {
        match self {
            Self::Gateway(mode, _) | Self::Revenue(mode, _) | Self::Refunds(mode, _) | Self::Chargebacks(mode, _) => Some(*mode),
            Self::CreditsIssued | Self::CreditsHeld(_) => None,
        }
    }

    /// Whose it is.
    pub fn user(&self) -> Option<Uuid> {
        match self {
            Self::CreditsHeld(user) => Some(*user),
            _ => None,
        }
    }
}

/// One transfer: what is in `debit` grows, what is in `credit` shrinks.
#[derive(Clone, Debug)]
pub struct Transfer {
    pub debit: Account,
    pub credit: Account,
    /// Above zero, in minor units or credits.
    pub amount: i64,
    /// What it stands for, booked once: `captured:{payment}:{gateway ref}`, `refunded:{operation}`, `charged_back:{payment}`,
    /// `credits:{operation}`.
    pub cause: String,
    pub operation: Option<Uuid>,
    pub payment: Option<Uuid>,
    pub memo: String,
}
