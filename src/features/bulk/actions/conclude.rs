//! What happens to operations by themselves: all rows are done, nobody may go on, nobody has ever started. Done by jobs.
use super::event;
use crate::features::bulk::model::{Operation, State};
use crate::features::bulk::store::{self, freeze};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// All rows are done with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CompleteBulk {
    pub id: Uuid,
    pub run: i32,
}

/// Whoever started it may not go on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HoldBulk {
    pub id: Uuid,
    pub run: i32,
    pub why: String,
}

/// A preview that nobody has confirmed: its rows are forgotten.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExpireBulk {
    pub id: Uuid,
}

async fn running(tx: &mut Tx, id: Uuid, run: i32) -> Result<Operation> {
    let operation = store::lock(tx, id).await?;
    operation.must_be(&[State::Running])?;
    if operation.run == run { Ok(operation) } else { Err(Error::Conflict("It was started anew meanwhile.".into())) }
}

impl Action for CompleteBulk {
    const NAME: &'static str = "bulk.complete";
    const EVENT: &'static str = "admin_bulk_completed";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = State;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<State>> {
        let before = running(tx, self.id, self.run).await?;
        if !before.is_through() {
            return Err(Error::Conflict("Rows are left to be done.".into()));
        }
        let after = store::stop(tx, self.id, State::Done, None).await?;
        let event = json!({ "kind": after.kind, "done": after.done, "skipped": after.skipped, "failed": after.failed });
        let mut change = Change::updated(&before, &after)?;
        if let Some(fields) = &mut change.after {
            fields.extend(
                [("done", after.done), ("skipped", after.skipped), ("failed", after.failed)]
                    .map(|(name, count)| (name.to_owned(), count.into())),
            );
        }
        Ok(Applied::to(Target::of(&after), after.state).change(change).event(event))
    }
}

impl Action for HoldBulk {
    const NAME: &'static str = "bulk.hold";
    const EVENT: &'static str = "admin_bulk_held";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = State;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<State>> {
        let before = running(tx, self.id, self.run).await?;
        let after = store::stop(tx, self.id, State::Paused, Some(&self.why)).await?;
        Ok(Applied::to(Target::of(&after), after.state).change(Change::updated(&before, &after)?).event(event(&after)))
    }
}

impl Action for ExpireBulk {
    const NAME: &'static str = "bulk.expire";
    const EVENT: &'static str = "admin_bulk_expired";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = State;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<State>> {
        let before = store::lock(tx, self.id).await?;
        before.must_be(&[State::Draft])?;
        if store::proposal(tx, self.id).await?.is_some() {
            return Err(Error::Conflict("It waits for a second admin.".into()));
        }
        freeze::forget(tx, self.id).await?;
        let after = store::stop(tx, self.id, State::Expired, Some("Nobody has started it within a day.")).await?;
        Ok(Applied::to(Target::of(&after), after.state).change(Change::updated(&before, &after)?).event(event(&after)))
    }
}
