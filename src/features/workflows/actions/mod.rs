//! What can be done with runs, a file each.
mod retry;
mod retry_many;
mod settle;
mod stop;

pub use retry::{RetryFields, RetryWorkflow};
pub use retry_many::{ManyFields, RetryWorkflows};
pub use settle::{SettleFields, SettleWorkflow};
pub use stop::{StopFields, StopWorkflow};

use crate::jobs::{Job, NewJob};
use crate::kernel::{Actor, Result, Tx};

/// Has a job done after this change, because of it.
async fn enqueue<J: Job>(tx: &mut Tx, actor: &Actor, job: &J) -> Result<()> {
    let mut job = NewJob::of(job)?.cause(tx.audit_id());
    if let Some(request) = actor.request_id {
        job = job.request_id(request);
    }
    job.enqueue(tx).await?;
    Ok(())
}
