//! What is done with bulk operations, a file each.
mod conclude;
mod prepare;
mod start;
mod stop;

pub use conclude::{CompleteBulk, ExpireBulk, HoldBulk};
pub use prepare::{PrepareBulk, PrepareFields};
pub use start::{NoFields, StartBulk, StartSeconded};
pub use stop::{CancelBulk, PauseBulk, ResumeBulk};

use super::jobs::RunBulk;
use super::model::Operation;
use crate::jobs::NewJob;
use crate::kernel::{Actor, Result, Tx};
use serde_json::{Value, json};

/// What is announced of an operation.
fn event(operation: &Operation) -> Value {
    json!({ "kind": operation.kind, "rows": operation.planned, "state": operation.state })
}

/// Has its rows done, from where it is.
async fn go(tx: &mut Tx, actor: &Actor, operation: &Operation) -> Result<()> {
    let key = format!("bulk:{}:{}:0", operation.id, operation.run);
    let mut job = NewJob::of(&RunBulk { operation: operation.id, run: operation.run, hop: 0 })?.cause(tx.audit_id()).dedup_key(key);
    if let Some(request) = actor.request_id {
        job = job.request_id(request);
    }
    job.enqueue(tx).await?;
    Ok(())
}
