//! What can be done with jobs and schedules.
pub mod bulk;
mod job;
mod schedule;

pub use job::{CancelJob, DiscardJob, RetryJob};
pub use schedule::{PauseSchedule, ResumeSchedule, RunSchedule};

use crate::kernel::{Invalid, Why};
use serde::Deserialize;
use uuid::Uuid;

/// A form without fields.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}

/// The form that says why.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhyFields {
    pub reason: Option<String>,
}

impl WhyFields {
    /// The cancellation that was asked for.
    pub fn cancel(&self, id: Uuid) -> Result<CancelJob, Invalid> {
        Ok(CancelJob { id, why: Why::required(self.reason.as_deref(), None)? })
    }

    /// The same of discarding one.
    pub fn discard(&self, id: Uuid) -> Result<DiscardJob, Invalid> {
        Ok(DiscardJob { id, why: Why::required(self.reason.as_deref(), None)? })
    }
}
