//! Looking at all trainings that wait or run, some at a time, in case that no message of them arrives.
use super::Means;
use super::look::{look, write};
use crate::features::lora::store::{attempts, watch};
use crate::jobs::{Job, JobError, Work};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Whoever was heard of within so many seconds is left alone.
const PATIENCE: i32 = 5;
/// Attempts of one turn.
const BATCH: i64 = 60;
/// How many are asked for at once.
const AT_ONCE: usize = 10;
/// Nothing moved for so many minutes: no heartbeat.
const SILENT: i32 = 10;

/// Looks at those that nothing was heard of for the longest time, and marks those in which nothing moves.
#[derive(Serialize, Deserialize)]
pub struct Poll;

impl Job for Poll {
    type State = Means;
    const NAME: &'static str = "lora.poll";
    const MAX_ATTEMPTS: u32 = 1;
    const TIMEOUT: Duration = Duration::from_secs(120);

    async fn run(self, work: &mut Work<Means>) -> Result<(), JobError> {
        let means = work.state().clone();
        let mut tx = work.transaction().await?;
        watch::mark_silent(&mut tx, SILENT).await.map_err(JobError::retry)?;
        let mut open = Vec::new();
        for id in watch::unheard(&mut tx, PATIENCE, BATCH).await.map_err(JobError::retry)? {
            open.extend(attempts::find(&mut tx, id).await.map_err(JobError::retry)?);
        }
        tx.commit_step(None).await?;
        if means.trainer.service().is_none() {
            return Ok(());
        }
        for some in open.chunks(AT_ONCE) {
            let seen = join_all(some.iter().map(|attempt| look(&means, attempt))).await;
            for (attempt, sight) in some.iter().zip(seen) {
                let mut tx = work.transaction().await?;
                write(&mut tx, &means, attempt.id, sight).await?;
                tx.commit_step(None).await?;
            }
        }
        Ok(())
    }
}
