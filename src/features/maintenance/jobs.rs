//! Looking at the clock: a window begins and ends by itself, once, also when nobody was there at its time.
use super::actions::{DropPlanned, EndOnTime, StartPlanned};
use super::model::Due;
use super::store::due;
use crate::jobs::{Job, JobError, NewJob, Work};
use crate::kernel::Desk;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// Does with a window what its time asks for. One that was moved or cancelled meanwhile asks for nothing.
#[derive(Serialize, Deserialize)]
pub struct KeepTime {
    pub window: Uuid,
}

impl Job for KeepTime {
    type State = Desk;
    const NAME: &'static str = "maintenance.keep_time";
    const MAX_ATTEMPTS: u32 = 20;
    const TIMEOUT: Duration = Duration::from_secs(30);

    async fn run(self, work: &mut Work<Desk>) -> Result<(), JobError> {
        let desk = work.state().clone();
        let id = self.window;
        let done = match due_now(work, id).await? {
            None => return Ok(()),
            Some(Due::Start) => work.perform(&desk, StartPlanned { id }).await,
            Some(Due::End) => work.perform(&desk, EndOnTime { id }).await,
            Some(Due::Miss | Due::Overtake) => work.perform(&desk, DropPlanned { id }).await,
        };
        match done {
            // Somebody did it, or moved it, in between: another try looks once more and finds nothing, or something else.
            Err(JobError::Fail { why }) => Err(JobError::Retry { why, after: Some(Duration::from_millis(100)) }),
            other => other,
        }
    }
}

/// What a window's time asks for; when it is nothing, the job ends with that.
async fn due_now(work: &mut Work<Desk>, id: Uuid) -> Result<Option<Due>, JobError> {
    let mut tx = work.transaction().await?;
    let found = due::of(&mut tx, id).await.map_err(JobError::retry)?;
    if found.is_none() {
        tx.commit().await?;
    }
    Ok(found)
}

/// Asks for whatever is due and nobody has looked at: a job that was lost, or a time that passed while nothing ran.
#[derive(Serialize, Deserialize)]
pub struct LookAtClock;

impl Job for LookAtClock {
    type State = Desk;
    const NAME: &'static str = "maintenance.look_at_clock";
    const MAX_ATTEMPTS: u32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(30);

    async fn run(self, work: &mut Work<Desk>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        for window in due::all(&mut tx).await.map_err(JobError::retry)? {
            // With the job's own turn in the key: the alarm of the window itself may be running, and too early.
            NewJob::of(&KeepTime { window })?.dedup_key(format!("maintenance:{window}:late")).enqueue(&mut tx).await?;
        }
        tx.commit().await
    }
}
