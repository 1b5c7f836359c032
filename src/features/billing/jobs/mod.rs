//! What happens to operations after they were asked for, and by the clock.
mod answer;
mod conclude;
mod hear;
mod look;
mod reconcile;
mod renew;
mod send;
mod tell;
mod till;

pub use hear::Hear;
pub use look::{Look, LookForLate};
pub use reconcile::Reconcile;
pub use renew::{Expire, Renew};
pub use send::Send;
pub use tell::Tell;
pub use till::{Rules, Till};

use crate::jobs::JobError;
use crate::kernel::Error;

/// What may pass is tried again; everything else is for the record.
fn passing(error: Error) -> JobError {
    match error {
        Error::Internal(_) | Error::Unavailable(_) => JobError::retry(error),
        other => JobError::fail(other),
    }
}
