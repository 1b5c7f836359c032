//! Sending an operation to the gateway: once, and never blindly again.
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Sends an operation.
#[derive(Serialize, Deserialize)]
pub struct Send {
    pub operation: Uuid,
}

use crate::features::billing::Till;
use crate::jobs::{Job, JobError, Work};
use std::time::Duration;

impl Job for Send {
    type State = Till;
    const NAME: &'static str = "billing.send";
    const MAX_ATTEMPTS: u32 = 8;
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn run(self, work: &mut Work<Till>) -> Result<(), JobError> {
        work.transaction().await?.commit().await
    }
}
