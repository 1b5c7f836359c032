//! What can be done about LoRA models, a file each.
pub mod bulk;
mod cancel;
mod delete;
mod link;
mod purge;
mod restore;
mod retry;

pub use cancel::{CancelFields, CancelTraining};
pub use delete::{DeleteFields, DeleteModel};
pub use link::{LinkCharacter, LinkFields, UnlinkCharacter, UnlinkFields};
pub use purge::PurgeModel;
pub use restore::{RestoreFields, RestoreModel};
pub use retry::{RetryFields, RetryTraining, Terms};

use super::jobs::Cancel;
use super::model::{Attempt, Model};
use super::store::change;
use crate::jobs::{Job, NewJob};
use crate::kernel::{Actor, Effect, Error, Result, Tx};

/// Puts a job into the queue, in the transaction of the change that asks for it.
async fn enqueue<J: Job>(tx: &mut Tx, actor: &Actor, job: &J, key: String) -> Result<()> {
    let mut job = NewJob::of(job)?.cause(tx.audit_id()).dedup_key(key);
    if let Some(request) = actor.request_id {
        job = job.request_id(request);
    }
    job.enqueue(tx).await?;
    Ok(())
}

/// Refuses what is deleted.
fn must_be_there(model: &Model) -> Result<()> {
    if model.deleted.is_some() { Err(Error::Conflict("This model is deleted. Restore it first.".into())) } else { Ok(()) }
}

/// Refuses a change to something that has changed since it was looked at.
fn must_be_seen(model: &Model, version: i32) -> Result<()> {
    if model.version == version { Ok(()) } else { Err(Error::Conflict("This model was changed meanwhile. Nothing was done.".into())) }
}

/// Stops an attempt: at once when the service does not know of it, else by asking it to.
async fn stop(tx: &mut Tx, actor: &Actor, attempt: &Attempt) -> Result<Effect> {
    if attempt.submitted_at.is_none() && attempt.external_id.is_none() {
        change::drop_unsent(tx, attempt.model, attempt.id).await?;
        return Ok(Effect::count("attempt ends: the training service was not asked yet", 1));
    }
    change::ask_to_stop(tx, attempt.id).await?;
    enqueue(tx, actor, &Cancel { training: attempt.id }, format!("lora.cancel:{}", attempt.id)).await?;
    Ok(Effect::count("running attempt: the training service is asked to stop it, which may come too late", 1))
}
