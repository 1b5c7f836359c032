//! What happens to flags by the clock.
use super::actions::DropExpiredOverrides;
use super::store;
use crate::jobs::{Job, JobError, Work};
use crate::kernel::Desk;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Takes overrides off that have run out. They stopped deciding at their time; this tidies the list and says so in the history.
#[derive(Serialize, Deserialize)]
pub struct DropExpired {}

impl Job for DropExpired {
    type State = Desk;
    const NAME: &'static str = "flags.drop_expired";
    const MAX_ATTEMPTS: u32 = 5;
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn run(self, work: &mut Work<Desk>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        if store::with_expired(&mut tx).await.map_err(JobError::retry)?.is_empty() {
            return tx.commit().await;
        }
        drop(tx);
        let desk = work.state().clone();
        work.perform(&desk, DropExpiredOverrides {}).await?;
        Ok(())
    }
}
