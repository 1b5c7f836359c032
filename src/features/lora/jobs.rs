//! What happens outside: a training is asked for, looked at and stopped, and the files of what was deleted are removed.
mod look;
mod poll;
mod purge;
mod stop;
mod submit;

pub use look::{Hear, Look};
pub use poll::Poll;
pub use purge::{Purge, PurgeDue};
pub use stop::Cancel;
pub use submit::Submit;

use crate::gateways::storage::Objects;
use crate::gateways::training::Trainer;
use crate::kernel::Desk;
use axum::extract::FromRef;

/// What these jobs need of the application.
#[derive(Clone)]
pub struct Means {
    pub desk: Desk,
    pub trainer: Trainer,
    pub objects: Objects,
}

impl<S> FromRef<S> for Means
where
    Desk: FromRef<S>,
    Trainer: FromRef<S>,
    Objects: FromRef<S>,
{
    fn from_ref(state: &S) -> Self {
        Self { desk: Desk::from_ref(state), trainer: Trainer::from_ref(state), objects: Objects::from_ref(state) }
    }
}
