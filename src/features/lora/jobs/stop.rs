//! Asking the service to stop a training.
use super::Means;
use super::look::{Sight, look, write};
use crate::features::lora::store::attempts;
use crate::gateways::training::TrainingError;
use crate::jobs::{Job, JobError, Work};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// How soon a training is tried to be stopped whose id is not known yet.
const SOON: Duration = Duration::from_secs(10);

/// Stops a training. One that has ended by then stays as it ended.
#[derive(Serialize, Deserialize)]
pub struct Cancel {
    pub training: Uuid,
}

impl Job for Cancel {
    type State = Means;
    const NAME: &'static str = "lora.cancel";
    const MAX_ATTEMPTS: u32 = 30;
    const TIMEOUT: Duration = Duration::from_secs(90);

    async fn run(self, work: &mut Work<Means>) -> Result<(), JobError> {
        let means = work.state().clone();
        let mut tx = work.transaction().await?;
        let attempt = attempts::find(&mut tx, self.training).await.map_err(JobError::retry)?;
        drop(tx);
        let Some(attempt) = attempt.filter(|attempt| !attempt.progress.is_final()) else { return Ok(()) };
        let service = means.trainer.service().ok_or_else(|| JobError::Fail { why: "no training service is configured".into() })?;
        let Some(id) = &attempt.external_id else {
            // Its answer is on the way, or lost: whoever looks at it next finds its id.
            let sight = look(&means, &attempt).await;
            let mut tx = work.transaction().await?;
            write(&mut tx, &means, attempt.id, sight).await?;
            tx.commit_step(None).await?;
            return Err(JobError::Retry { why: "its id at the training service is not known yet".into(), after: Some(SOON) });
        };
        let sight = match service.cancel(id).await {
            // It tells how the training is after that: stopped, or ended before.
            Ok(_) | Err(TrainingError::NotFound) => look(&means, &attempt).await,
            Err(TrainingError::Throttled(Some(pause))) => return Err(JobError::retry_after(TrainingError::Throttled(Some(pause)), pause)),
            Err(error) => return Err(JobError::retry(error)),
        };
        if let Sight::Dark(why) = sight {
            return Err(JobError::Retry { why, after: None });
        }
        let mut tx = work.transaction().await?;
        write(&mut tx, &means, attempt.id, sight).await?;
        tx.commit().await
    }
}
