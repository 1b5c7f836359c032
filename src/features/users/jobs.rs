//! What happens to a user after an admin's change.
use super::actions::EndUserSessions;
use crate::jobs::{Job, JobError, Work};
use crate::kernel::Desk;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Signs a suspended user out everywhere.
#[derive(Serialize, Deserialize)]
pub struct EndSessions(pub EndUserSessions);

impl Job for EndSessions {
    type State = Desk;
    const NAME: &'static str = "users.end_sessions";
    const MAX_ATTEMPTS: u32 = 10;
    const TIMEOUT: Duration = Duration::from_secs(30);

    async fn run(self, work: &mut Work<Desk>) -> Result<(), JobError> {
        let desk = work.state().clone();
        work.perform(&desk, self.0).await?;
        Ok(())
    }
}
