//! What is forgotten after a while: old sessions, used links, counted guesses, answered forms and challenges, parked forms, the
//! demo's letters.
use super::store;
use crate::jobs::{Job, JobError, Work};
use crate::kernel::Desk;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Forgets what nobody needs any more. What was done stays in the audit log.
#[derive(Serialize, Deserialize)]
pub struct CleanUp;

impl Job for CleanUp {
    type State = Desk;
    const NAME: &'static str = "sign_in.clean_up";
    const MAX_ATTEMPTS: u32 = 5;
    const TIMEOUT: Duration = Duration::from_secs(120);

    async fn run(self, work: &mut Work<Desk>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        store::clean_up(&mut tx).await?;
        tx.commit().await
    }
}
