//! What the clock and the facts do to a proposal: it expires, or cannot be done any more. Done by a job.
use super::{event, tell};
use crate::features::approvals::model::State;
use crate::features::approvals::store::{self, people};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Ends a proposal that is not done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Conclude {
    pub id: Uuid,
    /// Expired, stale, refused or failed.
    pub state: State,
    pub why: String,
}

impl Action for Conclude {
    const NAME: &'static str = "approvals.conclude";
    const EVENT: &'static str = "admin_action_not_done";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = State;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<State>> {
        let before = store::lock(tx, self.id).await?;
        let from = if self.state == State::Expired { State::Open } else { State::Approved };
        if before.state != from || (self.state == State::Expired && !before.is_over) {
            return Err(Error::Conflict("Somebody has decided it meanwhile.".into()));
        }
        let after = store::end(tx, self.id, self.state, Some(&self.why), None).await?;
        let mut people = Vec::new();
        for id in [Some(before.proposed_by), before.decided_by].into_iter().flatten() {
            people.extend(people::standing(tx, id).await?.filter(|one| one.is_active));
        }
        let text = format!("What was proposed is not done. {}", self.why);
        tell(tx, actor, &people, &after, ("Not done", &text)).await?;
        Ok(Applied::to(Target::of(&after), after.state).change(Change::updated(&before, &after)?).event(event(&after)))
    }
}
