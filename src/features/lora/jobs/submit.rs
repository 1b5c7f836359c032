//! Asking the training service for an attempt.
use super::{Look, Means};
use crate::features::lora::model::{Attempt, ErrorClass, Model};
use crate::features::lora::store::{self, attempts, panels, watch};
use crate::gateways::storage::Key;
use crate::gateways::training::{Order, Training, TrainingError};
use crate::jobs::{Job, JobError, NewJob, Work};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::time::Duration;
use uuid::Uuid;

/// How long the addresses of images and weights are good for: longer than any training waits and takes.
const LENT: Duration = Duration::from_secs(24 * 3_600);
/// A pause when the service asks for one without saying how long.
const PAUSE: Duration = Duration::from_secs(30);
/// When a training is looked at that has just begun.
const SOON: Duration = Duration::from_secs(2);

/// Asks for an attempt, once. A call whose answer was lost is never made again: the service is asked whether it knows of it.
#[derive(Serialize, Deserialize)]
pub struct Submit {
    pub training: Uuid,
}

impl Job for Submit {
    type State = Means;
    const NAME: &'static str = "lora.submit";
    const MAX_ATTEMPTS: u32 = 20;
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn run(self, work: &mut Work<Means>) -> Result<(), JobError> {
        let means = work.state().clone();
        let Some(wanted) = wanted(work, self.training).await? else { return Ok(()) };
        let Some(service) = means.trainer.service().cloned() else {
            return give_up(work, self.training, ErrorClass::Credentials, "No training service is configured (BACKLOT_TRAINING_MODE).")
                .await;
        };
        let order = match order(&means, &wanted) {
            Ok(order) => order,
            Err(why) => return give_up(work, self.training, ErrorClass::StorageUploadFailed, why).await,
        };
        if !mark(work, self.training, service.name()).await? {
            return Ok(());
        }
        let answer = service.create(&order).await;
        settle(work, self.training, answer).await
    }
}

/// What is to be trained, and on what.
struct Wanted {
    attempt: Attempt,
    model: Model,
    images: Vec<panels::Given>,
}

/// Looks whether there is still something to be asked for.
async fn wanted(work: &mut Work<Means>, training: Uuid) -> Result<Option<Wanted>, JobError> {
    let mut tx = work.transaction().await?;
    let attempt = attempts::find(&mut tx, training).await.map_err(JobError::retry)?;
    let Some(attempt) = attempt.filter(|attempt| !attempt.progress.is_final() && attempt.external_id.is_none()) else { return Ok(None) };
    if attempt.submitted_at.is_some() {
        // An attempt of this job was cut off after it had asked.
        NewJob::of(&Look { training })?.dedup_key(format!("lora.look:{training}:lost")).enqueue(&mut tx).await?;
        tx.commit().await?;
        return Ok(None);
    }
    let model = store::find(&mut tx, attempt.model).await.map_err(JobError::retry)?;
    let images = panels::given(&mut tx, attempt.model).await.map_err(JobError::retry)?;
    Ok(Some(Wanted { attempt, model, images }))
}

/// What the trainer is given: parameters, images with their captions, and where the weights go.
fn order(means: &Means, wanted: &Wanted) -> Result<Order, &'static str> {
    let store = means.objects.store().map_err(|_| "No object store is configured (BACKLOT_STORAGE_MODE).")?;
    let mut input: Map<String, Value> = wanted.attempt.config.clone();
    let lend = |image: &panels::Given| {
        let url = Key::parse(&image.place).ok().and_then(|key| store.lend(&key, LENT))?;
        Some(json!({ "url": url, "caption": image.caption }))
    };
    let images: Vec<_> = wanted.images.iter().filter_map(lend).collect();
    let place = Key::parse(&wanted.attempt.place()).ok().and_then(|key| store.take_in(&key, LENT));
    let place = place.ok_or("The object store lends no addresses: the trainer cannot reach the images.")?;
    input.insert("name".into(), json!(wanted.model.name));
    input.insert("base_model".into(), json!(wanted.model.base_model));
    input.insert("trigger_word".into(), json!(wanted.model.trigger_word));
    input.insert("steps".into(), json!(wanted.attempt.total_steps));
    input.insert("images".into(), json!(images));
    input.insert("upload_url".into(), json!(place));
    Ok(Order { reference: wanted.attempt.id, input })
}

/// Writes down that the service is about to be asked; false when there is no need any more.
async fn mark(work: &mut Work<Means>, training: Uuid, provider: &str) -> Result<bool, JobError> {
    let mut tx = work.transaction().await?;
    let attempt = watch::lock(&mut tx, training).await.map_err(JobError::retry)?;
    let is_wanted = attempt.is_some_and(|attempt| !attempt.progress.is_final() && attempt.submitted_at.is_none());
    if is_wanted {
        watch::submitting(&mut tx, training, provider).await.map_err(JobError::retry)?;
        tx.commit_step(None).await?;
    }
    Ok(is_wanted)
}

async fn settle(work: &mut Work<Means>, training: Uuid, answer: Result<Training, TrainingError>) -> Result<(), JobError> {
    match answer {
        Ok(begun) => begun_as(work, training, Some(&begun.id)).await,
        Err(error) if error.may_be_done() => {
            tracing::warn!(%training, %error, "a training may have begun or not");
            begun_as(work, training, None).await
        }
        Err(TrainingError::Throttled(pause)) => {
            unmark(work, training).await?;
            Err(JobError::retry_after(TrainingError::Throttled(pause), pause.unwrap_or(PAUSE)))
        }
        Err(error @ TrainingError::NeverSent(_)) => {
            unmark(work, training).await?;
            Err(JobError::retry(error))
        }
        Err(TrainingError::Rejected { status: 402, why }) => give_up(work, training, ErrorClass::Quota, &why).await,
        Err(error @ TrainingError::Auth(_)) => give_up(work, training, ErrorClass::Credentials, &error.to_string()).await,
        Err(error) => give_up(work, training, ErrorClass::ConfigInvalid, &error.to_string()).await,
    }
}

/// It has begun, as far as is known; it is looked at in a moment.
async fn begun_as(work: &mut Work<Means>, training: Uuid, external_id: Option<&str>) -> Result<(), JobError> {
    let mut tx = work.transaction().await?;
    if let Some(id) = external_id {
        watch::known_as(&mut tx, training, id).await.map_err(JobError::retry)?;
    }
    NewJob::of(&Look { training })?.after(SOON).dedup_key(format!("lora.look:{training}:begun")).enqueue(&mut tx).await?;
    tx.commit().await
}

async fn unmark(work: &mut Work<Means>, training: Uuid) -> Result<(), JobError> {
    let mut tx = work.transaction().await?;
    watch::not_submitted(&mut tx, training).await.map_err(JobError::retry)?;
    tx.commit_step(None).await
}

async fn give_up(work: &mut Work<Means>, training: Uuid, class: ErrorClass, why: &str) -> Result<(), JobError> {
    let mut tx = work.transaction().await?;
    let attempt = watch::lock(&mut tx, training).await.map_err(JobError::retry)?;
    if let Some(attempt) = attempt.filter(|attempt| !attempt.progress.is_final()) {
        watch::fail(&mut tx, &attempt, class, why).await.map_err(JobError::retry)?;
    }
    tx.commit().await
}
