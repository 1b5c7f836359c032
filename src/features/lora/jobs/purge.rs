//! Removing the files of a model that was deleted and did not come back.
use super::Means;
use crate::features::lora::actions::PurgeModel;
use crate::features::lora::store::{change, watch};
use crate::gateways::storage::{Key, StoreError};
use crate::jobs::{Job, JobError, NewJob, Work};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// Models of one turn.
const BATCH: i64 = 200;

/// Removes a deleted model's files. One that came back, or whose time is not over, is left alone.
#[derive(Serialize, Deserialize)]
pub struct Purge {
    pub model: Uuid,
}

impl Job for Purge {
    type State = Means;
    const NAME: &'static str = "lora.purge";
    const MAX_ATTEMPTS: u32 = 8;
    const TIMEOUT: Duration = Duration::from_secs(300);

    async fn run(self, work: &mut Work<Means>) -> Result<(), JobError> {
        let means = work.state().clone();
        let mut tx = work.transaction().await?;
        if !change::is_past_return(&mut tx, self.model).await.map_err(JobError::retry)? {
            return tx.commit().await;
        }
        let files = watch::files(&mut tx, self.model).await.map_err(JobError::retry)?;
        drop(tx);
        match remove(&means, &files).await {
            Ok(files) => work.perform(&means.desk, PurgeModel { id: self.model, files }).await,
            Err(error) => {
                let mut tx = work.transaction().await?;
                watch::not_purged(&mut tx, self.model, &error.to_string()).await.map_err(JobError::retry)?;
                tx.commit_step(None).await?;
                Err(if error.will_pass() { JobError::retry(error) } else { JobError::fail(error) })
            }
        }
    }
}

/// Removes files; how many. What is no key was never in the store.
async fn remove(means: &Means, files: &[String]) -> Result<i64, StoreError> {
    let store = means.objects.store()?;
    let mut removed = 0;
    for key in files.iter().filter_map(|file| Key::parse(file).ok()) {
        store.delete(&key).await?;
        removed += 1;
    }
    Ok(removed)
}

/// Asks once a day for whatever is due and not purged: what failed before is tried again.
#[derive(Serialize, Deserialize)]
pub struct PurgeDue;

impl Job for PurgeDue {
    type State = Means;
    const NAME: &'static str = "lora.purge_due";
    const MAX_ATTEMPTS: u32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(30);

    async fn run(self, work: &mut Work<Means>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        for model in watch::to_purge(&mut tx, BATCH).await.map_err(JobError::retry)? {
            NewJob::of(&Purge { model })?.dedup_key(format!("lora.purge:{model}")).enqueue(&mut tx).await?;
        }
        tx.commit().await
    }
}
