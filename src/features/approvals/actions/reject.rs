//! Rejecting, with a reason; and taking one's own proposal back.
use super::{event, must_wait, tell};
use crate::features::approvals::model::State;
use crate::features::approvals::store::{self, people};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Invalid, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Rejects a proposal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reject {
    pub id: Uuid,
    pub why: Why,
}

/// Takes one's own proposal back, until the moment that it is done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Withdraw {
    pub id: Uuid,
}

impl Action for Reject {
    const NAME: &'static str = "approvals.reject";
    const EVENT: &'static str = "admin_action_rejected";
    const PERMISSION: Permission = Permission::ApprovalsDecide;
    const ASSURANCE: Assurance = Assurance::Session;
    /// Nothing is lost: it can be proposed anew.
    const CAUTION: Caution = Caution::Undoable;
    type Output = State;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<State>> {
        let before = store::lock(tx, self.id).await?;
        must_wait(&before)?;
        if let Some(why) = before.bars(actor) {
            return Err(Error::Conflict(why.into()));
        }
        let after = store::end(tx, self.id, State::Rejected, self.why.reason.as_deref(), actor.id()).await?;
        if let Some(proposer) = people::standing(tx, before.proposed_by).await?.filter(|one| one.is_active) {
            let why = self.why.reason.as_deref().unwrap_or_default();
            let text = format!("{} has rejected what you proposed: {why}", actor.name);
            tell(tx, actor, &[proposer], &after, ("Rejected", &text)).await?;
        }
        Ok(Applied::to(Target::of(&after), after.state).change(Change::updated(&before, &after)?).event(event(&after)))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

impl Action for Withdraw {
    const NAME: &'static str = "approvals.withdraw";
    const EVENT: &'static str = "admin_action_withdrawn";
    const PERMISSION: Permission = Permission::ApprovalsRead;
    const ASSURANCE: Assurance = Assurance::Session;
    /// Nothing is lost: it can be proposed anew.
    const CAUTION: Caution = Caution::Undoable;
    type Output = State;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<State>> {
        let before = store::lock(tx, self.id).await?;
        if !before.state.is_live() {
            return Err(Error::Conflict(format!("It is over already: {}.", before.state.label().to_lowercase()).into()));
        }
        if actor.id() != Some(before.proposed_by) {
            return Err(Error::Conflict("Only whoever proposed it can take it back; you can reject it.".into()));
        }
        let after = store::end(tx, self.id, State::Withdrawn, Some("Taken back by whoever proposed it."), None).await?;
        Ok(Applied::to(Target::of(&after), after.state).change(Change::updated(&before, &after)?).event(event(&after)))
    }
}

/// The form of a rejection.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RejectFields {
    pub reason: Option<String>,
}

impl RejectFields {
    /// The action that was asked for.
    pub fn parse(&self, id: Uuid) -> Result<Reject, Invalid> {
        Ok(Reject { id, why: Why::required(self.reason.as_deref(), None)? })
    }
}

/// A form with nothing to fill in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}

/// The form that proposes the same anew: with the effect that was shown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgainFields {
    pub effect: Option<String>,
}
