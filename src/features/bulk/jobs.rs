//! Doing the rows of an operation, batch by batch. Between two batches it can be paused or cancelled, and this server may stop or crash:
//! whoever goes on finds in the database where.
mod step;

use super::Kinds;
use super::actions::{CompleteBulk, ExpireBulk, HoldBulk};
use super::model::{Operation, State};
use super::store;
use crate::jobs::{Job, JobError, NewJob, Work};
use crate::kernel::{Actor, Desk, Error, Permission};
use axum::extract::FromRef;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use step::{Fail, Step};
use uuid::Uuid;

/// How long one job goes on before the next takes over: a server that is told to stop is not kept waiting, and the queue shows life.
const STRETCH: Duration = Duration::from_secs(20);

/// What these jobs have in hand.
#[derive(Clone)]
pub struct Hand {
    pub desk: Desk,
    pub kinds: Kinds,
}

impl<S> FromRef<S> for Hand
where
    Desk: FromRef<S>,
    Kinds: FromRef<S>,
{
    fn from_ref(state: &S) -> Self {
        Self { desk: Desk::from_ref(state), kinds: Kinds::from_ref(state) }
    }
}

/// Does rows of an operation.
#[derive(Clone, Serialize, Deserialize)]
pub struct RunBulk {
    pub operation: Uuid,
    /// Another start or resumption makes this one idle.
    pub run: i32,
    /// How many have gone before it.
    pub hop: u32,
}

impl Job for RunBulk {
    type State = Hand;
    const NAME: &'static str = "bulk.run";
    const MAX_ATTEMPTS: u32 = 50;
    const TIMEOUT: Duration = Duration::from_secs(300);

    async fn run(self, work: &mut Work<Hand>) -> Result<(), JobError> {
        let (id, run, since) = (self.operation, self.run, Instant::now());
        let hand = work.state().clone();
        // Rows that are done one by one, after a batch that could not be done as a whole.
        let mut single = 0;
        while since.elapsed() < STRETCH {
            let mut tx = work.transaction().await?;
            let operation = store::find(&mut tx, id).await.map_err(JobError::retry)?;
            let (name, role, is_active) = store::owner(&mut tx, operation.created_by).await.map_err(JobError::retry)?;
            drop(tx);
            if operation.state != State::Running || operation.run != run {
                return Ok(());
            }
            if operation.is_through() {
                return settled(work.perform(&hand.desk, CompleteBulk { id, run }).await);
            }
            if !is_active || !Permission::BulkRun.held_by(role) {
                let why = format!("{name}, who started it, may not run it any more.");
                return settled(work.perform(&hand.desk, HoldBulk { id, run, why }).await);
            }
            let actor = Actor { cause: operation.started_audit, fresh: true, ..Actor::admin(operation.created_by, name, role) };
            single = batch(work, &hand, &operation, (&actor, single)).await?;
        }
        self.pass_on(work).await
    }
}

impl RunBulk {
    /// Lets another job go on.
    async fn pass_on(self, work: &mut Work<Hand>) -> Result<(), JobError> {
        let next = Self { hop: self.hop + 1, ..self };
        let key = format!("bulk:{}:{}:{}", next.operation, next.run, next.hop);
        let mut tx = work.transaction().await?;
        NewJob::of(&next)?.dedup_key(key).enqueue(&mut tx).await?;
        tx.commit().await
    }
}

/// The next rows together; where that fails, one by one, so that a single row keeps nobody else from being done. Returns how many
/// are still to be done one by one.
async fn batch(work: &Work<Hand>, hand: &Hand, operation: &Operation, (actor, single): (&Actor, i64)) -> Result<i64, JobError> {
    let Some(kind) = hand.kinds.named(&operation.kind) else {
        return Err(JobError::retry(Error::internal(format!("this version does not know {}", operation.kind))));
    };
    let size = if single > 0 { 1 } else { kind.batch };
    let fence = work.step(Some(operation.percent()));
    let step = Step { operation: operation.id, run: operation.run, kind: *kind, size };
    match hand.desk.perform_batch(actor, Permission::BulkRun, &step, &fence).await {
        Ok(_) => Ok((single - 1).max(0)),
        Err(Error::Conflict(why)) if why == crate::jobs::LOST => Err(JobError::LostLease),
        // It was paused or cancelled just now: the next look says so.
        Err(Error::Conflict(_)) => Ok(single),
        Err(error @ Error::Unavailable(_)) => Err(JobError::retry(error)),
        Err(error) if size > 1 => {
            tracing::warn!(operation = %operation.id, %error, "a batch is done row by row");
            Ok(size)
        }
        Err(error) => {
            tracing::error!(operation = %operation.id, %error, "a row could not be done");
            let fail = Fail { operation: operation.id, run: operation.run };
            match hand.desk.perform_batch(actor, Permission::BulkRun, &fail, &fence).await {
                Ok(_) => Ok(single - 1),
                Err(Error::Conflict(why)) if why == crate::jobs::LOST => Err(JobError::LostLease),
                Err(error) => Err(JobError::retry(error)),
            }
        }
    }
}

/// Somebody was faster: there is nothing left to do.
fn settled<T>(done: Result<T, JobError>) -> Result<(), JobError> {
    match done {
        Err(JobError::Fail { .. }) => Ok(()),
        other => other.map(drop),
    }
}

/// Forgets a preview that nobody has confirmed.
#[derive(Serialize, Deserialize)]
pub struct ExpireDraft {
    pub operation: Uuid,
}

impl Job for ExpireDraft {
    type State = Hand;
    const NAME: &'static str = "bulk.expire_draft";
    const MAX_ATTEMPTS: u32 = 5;
    const TIMEOUT: Duration = Duration::from_secs(120);

    async fn run(self, work: &mut Work<Hand>) -> Result<(), JobError> {
        let desk = work.state().desk.clone();
        settled(work.perform(&desk, ExpireBulk { id: self.operation }).await)
    }
}

/// Looks for operations that nobody goes on with, and previews that nobody wants.
#[derive(Serialize, Deserialize)]
pub struct LookAtBulk {}

impl Job for LookAtBulk {
    type State = Hand;
    const NAME: &'static str = "bulk.look_at_operations";
    const MAX_ATTEMPTS: u32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(30);

    async fn run(self, work: &mut Work<Hand>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        for (operation, run) in store::idle(&mut tx).await.map_err(JobError::retry)? {
            let key = format!("bulk:{operation}:{run}:late");
            NewJob::of(&RunBulk { operation, run, hop: 0 })?.dedup_key(key).enqueue(&mut tx).await?;
        }
        for operation in store::old(&mut tx).await.map_err(JobError::retry)? {
            NewJob::of(&ExpireDraft { operation })?.dedup_key(format!("bulk:{operation}:old")).enqueue(&mut tx).await?;
        }
        tx.commit().await
    }
}
