//! Looking at every rule, and telling those whom it concerns.
mod evaluate;
mod say;
mod tell;

pub use evaluate::Evaluate;
pub use say::Say;

use crate::gateways::chat::Chat;
use crate::kernel::Error;
use crate::live::Live;

/// What is needed to ring: where rules fire, by the settings as they are now, and whether there is a chat.
#[derive(Clone)]
pub struct Bell {
    live: Live,
    chat: Chat,
}

impl Bell {
    pub fn new(live: Live, chat: Chat) -> Self {
        Self { live, chat }
    }
}

/// What a job's own statements come to when they fail: they are tried again.
fn passing(error: Error) -> crate::jobs::JobError {
    crate::jobs::JobError::retry(error)
}
