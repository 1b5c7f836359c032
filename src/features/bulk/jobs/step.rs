//! One batch: the operation is held, the next rows are done by their kind, and where it is by then is written in the same transaction.
use crate::features::bulk::model::{Operation, RowState, State};
use crate::features::bulk::store;
use crate::features::bulk::store::rows::{self, Settled};
use crate::kernel::batch::{Batch, Record};
use crate::kernel::{Actor, Error, Result, Tx};
use crate::web::bulk::{BulkKind, Frozen, Order, Outcome};
use async_trait::async_trait;
use std::collections::HashMap;
use uuid::Uuid;

const GONE: &str = "It is gone.";
const OUR_FAULT: &str = "It could not be done: that is our fault, and in our log.";

/// The next rows.
pub struct Step {
    pub operation: Uuid,
    pub run: i32,
    pub kind: BulkKind,
    pub size: i64,
}

/// The next row could not be done.
pub struct Fail {
    pub operation: Uuid,
    pub run: i32,
}

async fn running(tx: &mut Tx, id: Uuid, run: i32) -> Result<Operation> {
    let operation = store::lock(tx, id).await?;
    operation.must_be(&[State::Running])?;
    if operation.run == run { Ok(operation) } else { Err(Error::Conflict("It was started anew meanwhile.".into())) }
}

#[async_trait]
impl Batch for Step {
    async fn apply(&self, tx: &mut Tx, actor: &Actor) -> Result<Vec<Record>> {
        let operation = running(tx, self.operation, self.run).await?;
        let next = rows::next(tx, operation.id, operation.done_to, self.size).await?;
        let Some(last) = next.last().map(|row| row.id) else { return Ok(Vec::new()) };
        let order = Order { operation: operation.id, params: operation.params.clone(), why: operation.why.clone() };
        let outcomes = self.kind.way.batch(tx, actor, &next, &order).await?;
        let (records, settled) = sort(&next, outcomes);
        rows::settle(tx, operation.id, &settled, last).await?;
        Ok(records)
    }
}

#[async_trait]
impl Batch for Fail {
    async fn apply(&self, tx: &mut Tx, _: &Actor) -> Result<Vec<Record>> {
        let operation = running(tx, self.operation, self.run).await?;
        let next = rows::next(tx, operation.id, operation.done_to, 1).await?;
        if let Some(row) = next.first() {
            let failed = Settled { id: row.id, state: RowState::Failed, why: Some(OUR_FAULT.to_owned()), audit: None };
            rows::settle(tx, operation.id, &[failed], row.id).await?;
        }
        Ok(Vec::new())
    }
}

/// What is recorded, and what became of each row. One that its kind does not tell of is gone.
fn sort(rows: &[Frozen], outcomes: Vec<(Uuid, Outcome)>) -> (Vec<Record>, Vec<Settled>) {
    let mut told: HashMap<Uuid, Outcome> = outcomes.into_iter().collect();
    let (mut records, mut settled) = (Vec::new(), Vec::new());
    for row in rows {
        let skipped = |why: String| Settled { id: row.id, state: RowState::Skipped, why: Some(why), audit: None };
        settled.push(match told.remove(&row.id) {
            Some(Outcome::Done(record)) => {
                let audit = Some(record.id);
                records.push(*record);
                Settled { id: row.id, state: RowState::Done, why: None, audit }
            }
            Some(Outcome::Skipped(why)) => skipped(why),
            None => skipped(GONE.to_owned()),
        });
    }
    (records, settled)
}
