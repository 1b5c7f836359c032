//! Writing down what is over already: a view that nobody ended by hand ends in the database by itself, and here on the record.
use super::actions::EndView;
use super::store;
use crate::jobs::{Job, JobError, NewJob, Work};
use crate::kernel::Desk;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Writes down the end of one view.
#[derive(Serialize, Deserialize)]
pub struct CloseView(pub EndView);

impl Job for CloseView {
    type State = Desk;
    const NAME: &'static str = "impersonation.close";
    const MAX_ATTEMPTS: u32 = 5;
    const TIMEOUT: Duration = Duration::from_secs(30);

    async fn run(self, work: &mut Work<Desk>) -> Result<(), JobError> {
        let desk = work.state().clone();
        match work.perform(&desk, self.0).await {
            // Ended by hand between the look and this.
            Err(JobError::Fail { .. }) => Ok(()),
            other => other.map(drop),
        }
    }
}

/// Looks for views that are over.
#[derive(Serialize, Deserialize)]
pub struct LookForVoid;

impl Job for LookForVoid {
    type State = Desk;
    const NAME: &'static str = "impersonation.look_for_void";
    const MAX_ATTEMPTS: u32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(30);

    async fn run(self, work: &mut Work<Desk>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        for grant in store::unwritten(&mut tx).await.map_err(JobError::retry)? {
            NewJob::of(&CloseView(EndView { grant }))?.dedup_key(format!("view:{grant}")).enqueue(&mut tx).await?;
        }
        tx.commit().await
    }
}
