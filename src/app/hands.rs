//! What jobs have in hand, and the part of it that each asks for.
use super::{Outside, approvable, bulk_kinds};
use crate::features::{alerts, billing, bulk, exports, integrity, users};
use crate::gateways::chat::Chat;
use crate::gateways::crewai::Crews;
use crate::gateways::mail::Mail;
use crate::gateways::storage::Objects;
use crate::gateways::training::Trainer;
use crate::kernel::{Approvable, Crowd, Desk};
use crate::live::Live;
use axum::extract::FromRef;

/// What jobs have in hand.
#[derive(Clone)]
pub struct Hands {
    pub desk: Desk,
    pub outside: Outside,
    pub press: exports::Press,
    pub live: Live,
}

impl FromRef<Hands> for Desk {
    fn from_ref(hands: &Hands) -> Self {
        hands.desk.clone()
    }
}

impl FromRef<Hands> for Mail {
    fn from_ref(hands: &Hands) -> Self {
        hands.outside.mail.clone()
    }
}

impl FromRef<Hands> for Objects {
    fn from_ref(hands: &Hands) -> Self {
        hands.outside.objects.clone()
    }
}

impl FromRef<Hands> for Crews {
    fn from_ref(hands: &Hands) -> Self {
        hands.outside.crews.clone()
    }
}

impl FromRef<Hands> for exports::Press {
    fn from_ref(hands: &Hands) -> Self {
        hands.press.clone()
    }
}

impl FromRef<Hands> for Chat {
    fn from_ref(hands: &Hands) -> Self {
        hands.outside.chat.clone()
    }
}

impl FromRef<Hands> for Trainer {
    fn from_ref(hands: &Hands) -> Self {
        hands.outside.trainer.clone()
    }
}

impl FromRef<Hands> for Live {
    fn from_ref(hands: &Hands) -> Self {
        hands.live.clone()
    }
}

impl FromRef<Hands> for billing::Till {
    fn from_ref(hands: &Hands) -> Self {
        Self::new(hands.outside.payments.clone(), hands.live.clone())
    }
}

impl FromRef<Hands> for alerts::Bell {
    fn from_ref(hands: &Hands) -> Self {
        Self::new(hands.live.clone(), hands.outside.chat.clone())
    }
}

impl FromRef<Hands> for integrity::Lens {
    fn from_ref(hands: &Hands) -> Self {
        Self {
            desk: hands.desk.clone(),
            reader: hands.press.reader.clone(),
            objects: hands.outside.objects.clone(),
            live: hands.live.clone(),
        }
    }
}

impl FromRef<Hands> for Crowd {
    fn from_ref(_: &Hands) -> Self {
        users::CROWD
    }
}

impl FromRef<Hands> for Approvable {
    fn from_ref(_: &Hands) -> Self {
        approvable()
    }
}

impl FromRef<Hands> for bulk::Kinds {
    fn from_ref(_: &Hands) -> Self {
        bulk_kinds()
    }
}
