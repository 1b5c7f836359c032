//! Pausing, going on, cancelling: between two batches.
use super::{event, go};
use crate::features::bulk::model::{Operation, State};
use crate::features::bulk::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Lets it stand still after the batch that is being done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PauseBulk {
    pub id: Uuid,
}

/// Goes on where it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResumeBulk {
    pub id: Uuid,
}

/// Ends it: what is done stays done, the rest is never done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CancelBulk {
    pub id: Uuid,
}

fn applied(before: &Operation, after: &Operation) -> Result<Applied<State>> {
    Ok(Applied::to(Target::of(after), after.state).change(Change::updated(before, after)?).event(event(after)))
}

impl Action for PauseBulk {
    const NAME: &'static str = "bulk.pause";
    const EVENT: &'static str = "admin_bulk_paused";
    const PERMISSION: Permission = Permission::BulkRun;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = State;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<State>> {
        let before = store::lock(tx, self.id).await?;
        before.must_be(&[State::Running])?;
        let why = format!("{} has paused it.", actor.name);
        applied(&before, &store::stop(tx, self.id, State::Paused, Some(&why)).await?)
    }
}

impl Action for ResumeBulk {
    const NAME: &'static str = "bulk.resume";
    const EVENT: &'static str = "admin_bulk_resumed";
    const PERMISSION: Permission = Permission::BulkRun;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = State;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<State>> {
        let before = store::lock(tx, self.id).await?;
        before.must_be(&[State::Paused])?;
        let after = store::run(tx, self.id).await?;
        go(tx, actor, &after).await?;
        applied(&before, &after)
    }
}

impl Action for CancelBulk {
    const NAME: &'static str = "bulk.cancel";
    const EVENT: &'static str = "admin_bulk_cancelled";
    const PERMISSION: Permission = Permission::BulkRun;
    const ASSURANCE: Assurance = Assurance::Session;
    /// Nothing is lost by it: the rest can be previewed and done again.
    const CAUTION: Caution = Caution::Undoable;
    type Output = State;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<State>> {
        let before = store::lock(tx, self.id).await?;
        before.must_be(&[State::Draft, State::Running, State::Paused])?;
        let why = format!("{} has cancelled it.", actor.name);
        applied(&before, &store::stop(tx, self.id, State::Cancelled, Some(&why)).await?)
    }
}
