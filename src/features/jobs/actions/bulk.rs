//! Trying many dead jobs again: each by its own action.
use super::RetryJob;
use crate::features::jobs::store::bulk as store;
use crate::kernel::batch::{Record, one};
use crate::kernel::{Actor, Permission, Result, Tx};
use crate::web::bulk::{BulkKind, Frozen, Order, Outcome, Way, no_params, nothing, told};
use async_trait::async_trait;
use uuid::Uuid;

/// What the list of jobs offers.
pub const KINDS: &[BulkKind] = &[BulkKind {
    name: "jobs.retry",
    label: "Retry",
    effect: "get as many attempts again as they had",
    list: "jobs",
    what: ("job", "jobs"),
    approval: Permission::BulkRun,
    destroys: false,
    fields: nothing,
    parse: no_params,
    words: |_| "Retry".to_owned(),
    rows: store::to_retry,
    way: &Retry,
    batch: 50,
}];

struct Retry;

#[async_trait]
impl Way for Retry {
    async fn batch(&self, tx: &mut Tx, actor: &Actor, rows: &[Frozen], order: &Order) -> Result<Vec<(Uuid, Outcome)>> {
        let mut outcomes = Vec::new();
        for row in rows {
            // A single retry takes no reason; these have one.
            let done = one(tx, actor, RetryJob { id: row.id }).await?.map(|record| Record { why: order.why.clone(), ..record });
            outcomes.push((row.id, told(done)));
        }
        Ok(outcomes)
    }
}
