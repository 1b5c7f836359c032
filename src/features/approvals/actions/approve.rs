//! Approving: exactly the effect that was shown, done by a job in the name of whoever proposed it.
use super::{event, look, must_wait};
use crate::features::approvals::model::State;
use crate::features::approvals::store::{self, fence, people};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Invalid, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Approves a proposal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Approve {
    pub id: Uuid,
    /// The effect that the approver has looked at.
    pub effect: String,
}

impl Action for Approve {
    const NAME: &'static str = "approvals.approve";
    const EVENT: &'static str = "admin_action_approved";
    const PERMISSION: Permission = Permission::ApprovalsDecide;
    const ASSURANCE: Assurance = Assurance::Fresh;
    /// The page that it stands on shows what will happen; a preview of the preview helps nobody.
    const CAUTION: Caution = Caution::Undoable;
    type Output = State;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<State>> {
        let before = store::lock(tx, self.id).await?;
        must_wait(&before)?;
        if let Some(why) = before.bars(actor) {
            return Err(Error::Conflict(why.into()));
        }
        if before.effect != self.effect {
            return Err(Error::Conflict("You have looked at another effect than the one that was proposed. Nothing was approved.".into()));
        }
        if let Some(why) = fence::refusal(tx, &before).await? {
            return Err(Error::Conflict(why.into()));
        }
        if let Some(me) = actor.id()
            && people::has_power_over(tx, before.proposed_by, me).await?
        {
            let why = "Whoever proposed it has made or changed your account within a day: somebody else must decide.";
            return Err(Error::Conflict(why.into()));
        }
        let after = store::approve(tx, self.id, actor.id()).await?;
        look(tx, actor, &after).await?;
        Ok(Applied::to(Target::of(&after), after.state).change(Change::updated(&before, &after)?).event(event(&after)))
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApproveFields {
    pub effect: Option<String>,
}

impl ApproveFields {
    /// The action that was asked for.
    pub fn parse(&self, id: Uuid) -> Result<Approve, Invalid> {
        let effect = self.effect.clone().ok_or_else(|| Invalid::field("", "Look at its effect first."))?;
        Ok(Approve { id, effect })
    }
}
