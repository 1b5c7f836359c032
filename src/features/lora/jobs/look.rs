//! Looking at a training: whatever is heard of it, what is true is what the service answers now.
use super::{Means, Submit};
use crate::features::lora::model::advance::{Delivered, advance};
use crate::features::lora::model::{Attempt, ErrorClass};
use crate::features::lora::store::{attempts, watch};
use crate::gateways::storage::safetensors::{self, Unreadable};
use crate::gateways::storage::{Key, StoreError};
use crate::gateways::training::{State, Training, TrainingError};
use crate::jobs::{Job, JobError, NewJob, Work, WorkTx};
use crate::kernel::Clock;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// A training that the service does not know of so long after it was asked for has never begun, or is gone.
const FORGOTTEN: SignedDuration = SignedDuration::from_mins(2);

/// Looks at an attempt. What cannot be seen now is seen at the next turn of [`super::Poll`].
#[derive(Serialize, Deserialize)]
pub struct Look {
    pub training: Uuid,
}

impl Job for Look {
    type State = Means;
    const NAME: &'static str = "lora.look";
    const MAX_ATTEMPTS: u32 = 5;
    const TIMEOUT: Duration = Duration::from_secs(90);

    async fn run(self, work: &mut Work<Means>) -> Result<(), JobError> {
        let means = work.state().clone();
        let mut tx = work.transaction().await?;
        let attempt = attempts::find(&mut tx, self.training).await.map_err(JobError::retry)?;
        drop(tx);
        let Some(attempt) = attempt.filter(|attempt| !attempt.progress.is_final()) else { return Ok(()) };
        let sight = look(&means, &attempt).await;
        let mut tx = work.transaction().await?;
        write(&mut tx, &means, attempt.id, sight).await?;
        tx.commit().await
    }
}

/// What the service told by itself: that something has changed about a training of its own.
#[derive(Serialize, Deserialize)]
pub struct Hear {
    pub external_id: String,
}

impl Job for Hear {
    type State = Means;
    const NAME: &'static str = "lora.hear";
    const MAX_ATTEMPTS: u32 = 5;
    const TIMEOUT: Duration = Duration::from_secs(90);

    async fn run(self, work: &mut Work<Means>) -> Result<(), JobError> {
        let means = work.state().clone();
        let mut tx = work.transaction().await?;
        let known = attempts::by_external_id(&mut tx, &self.external_id).await.map_err(JobError::retry)?;
        drop(tx);
        let training = match (known, means.trainer.service()) {
            (Some(training), _) => Some(training),
            // One whose first answer was lost says itself which of our attempts it is.
            (None, Some(service)) => service.get(&self.external_id).await.ok().and_then(|training| training.reference),
            (None, None) => None,
        };
        let Some(training) = training else { return Ok(()) };
        let mut tx = work.transaction().await?;
        NewJob::of(&Look { training })?.enqueue(&mut tx).await?;
        tx.commit().await
    }
}

/// What a look came to.
pub enum Sight {
    /// The service was never asked for it.
    Unasked,
    /// What it tells, and what became of its file.
    Seen(Box<Training>, Option<Delivered>),
    /// It knows of no such training.
    Gone(TrainingError),
    /// Nothing can be said now.
    Dark(String),
}

/// Asks the service, and the object store for what it has delivered.
pub async fn look(means: &Means, attempt: &Attempt) -> Sight {
    let Some(service) = means.trainer.service() else { return Sight::Dark("no training service is configured".into()) };
    let told = match (&attempt.external_id, attempt.submitted_at) {
        (Some(id), _) => service.get(id).await,
        (None, None) => return Sight::Unasked,
        (None, Some(_)) => match service.find(attempt.id).await {
            // A list does not tell all of it.
            Ok(Some(found)) => service.get(&found.id).await,
            Ok(None) => Err(TrainingError::NotFound),
            Err(error) => Err(error),
        },
    };
    match told {
        Ok(training) if training.state == State::Succeeded => match delivered(means, attempt).await {
            Ok(delivered) => Sight::Seen(Box::new(training), Some(delivered)),
            Err(why) => Sight::Dark(why.to_string()),
        },
        Ok(training) => Sight::Seen(Box::new(training), None),
        Err(TrainingError::NotFound) => Sight::Gone(TrainingError::NotFound),
        Err(error) => Sight::Dark(error.to_string()),
    }
}

/// Whether the weights are where they should be, and are weights.
async fn delivered(means: &Means, attempt: &Attempt) -> Result<Delivered, StoreError> {
    let place = attempt.place();
    let Ok(key) = Key::parse(&place) else { return Ok(Err((ErrorClass::ArtifactMissing, "There is no place for the file.".into()))) };
    match safetensors::read(&**means.objects.store()?, &key).await {
        Ok(header) => Ok(Ok((place, i64::try_from(header.size).unwrap_or(i64::MAX)))),
        Err(Unreadable::Store(StoreError::Missing)) => {
            Ok(Err((ErrorClass::ArtifactMissing, "The service says that it has succeeded, and there is no file of weights.".into())))
        }
        Err(Unreadable::Store(error)) => Err(error),
        Err(error) => Ok(Err((ErrorClass::ArtifactCorrupt, format!("The file of weights cannot be used. {error}")))),
    }
}

/// Writes down what was seen, if the attempt has not ended meanwhile.
pub async fn write(tx: &mut WorkTx<'_>, means: &Means, training: Uuid, sight: Sight) -> Result<(), JobError> {
    let now = Clock::system().now();
    let attempt = watch::lock(tx, training).await.map_err(JobError::retry)?;
    let Some(attempt) = attempt.filter(|attempt| !attempt.progress.is_final()) else { return Ok(()) };
    match sight {
        Sight::Unasked => {
            NewJob::of(&Submit { training })?.dedup_key(format!("lora.submit:{training}")).enqueue(tx).await?;
        }
        Sight::Seen(seen, delivered) => {
            if attempt.external_id.is_none() {
                watch::known_as(tx, training, &seen.id).await.map_err(JobError::retry)?;
            }
            if let Some(step) = advance(&attempt, &seen, delivered, now) {
                let cost = means.trainer.cost(i64::from(step.gpu_seconds));
                watch::write(tx, &attempt, &step, cost).await.map_err(JobError::retry)?;
            }
        }
        Sight::Gone(_) if is_forgotten(&attempt, now) => {
            let (class, why) = match attempt.external_id {
                None => (ErrorClass::Network, "The training service's answer was lost, and it knows of no such training."),
                Some(_) => (ErrorClass::RunnerDisconnected, "The training service does not know of this training any more."),
            };
            watch::fail(tx, &attempt, class, why).await.map_err(JobError::retry)?;
        }
        Sight::Gone(error) => tracing::info!(%training, %error, "a training is not to be seen yet"),
        Sight::Dark(why) => tracing::warn!(%training, why, "a training could not be looked at"),
    }
    Ok(())
}

fn is_forgotten(attempt: &Attempt, now: Timestamp) -> bool {
    now.duration_since(attempt.submitted_at.unwrap_or(attempt.created_at)) > FORGOTTEN
}
