//! Why a passkey's answer is not taken: the reason for the record, and the words for whoever holds it.
use super::Known;
use crate::kernel::Error;

/// Why a passkey's answer is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It was asked too long ago.
    #[error("answered more than five minutes later")]
    Late,
    /// It was not asked here, not of them, or not for this.
    #[error("what was asked belongs to another page, person or session, or was altered")]
    Strange,
    /// The answer is wrong, or the passkey is not one that opens this.
    #[error("{why}")]
    Wrong { why: String, known: Option<Box<Known>> },
    /// Its counter says that it was used elsewhere: there may be two of it.
    #[error("the passkey counts backwards: it may have been copied")]
    Copied { known: Box<Known>, challenge: Vec<u8> },
    /// It could not be looked at.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl Refusal {
    /// Something about the answer that only the record says.
    pub fn wrong(why: impl Into<String>) -> Self {
        Self::Wrong { why: why.into(), known: None }
    }

    /// The same about a passkey that is registered.
    pub fn of(known: &Known, why: impl Into<String>) -> Self {
        Self::Wrong { why: why.into(), known: Some(Box::new(known.clone())) }
    }

    /// Whose passkey it is, as far as anybody's.
    pub fn known(&self) -> Option<&Known> {
        match self {
            Self::Wrong { known, .. } => known.as_deref(),
            Self::Copied { known, .. } => Some(known),
            Self::Late | Self::Strange | Self::Failed(_) => None,
        }
    }

    /// The words for whoever holds it: the same for an unknown passkey and for an account that may not come in.
    pub fn sentence(&self) -> &'static str {
        match self {
            Self::Late => "This took longer than five minutes. Try again.",
            Self::Strange => "This page was no longer good for that. Try again from here.",
            Self::Wrong { .. } | Self::Failed(_) => "This passkey was not accepted. Try another one, or another way.",
            Self::Copied { .. } => {
                "This passkey counts backwards, as a copy would. It was refused, and its owner is told by letter. Try another way."
            }
        }
    }
}
