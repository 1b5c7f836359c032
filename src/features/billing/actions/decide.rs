//! What a second admin does with an operation that waits for one.
use super::money::{EVENT, event};
use crate::features::billing::model::operation::{Kind, Operation, State};
use crate::features::billing::store::operations::{Asker, credit, enqueue, lock};
use crate::features::billing::store::{settle, staff, steps, watch};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Invalid, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Approves exactly what was asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApproveOperation {
    pub id: Uuid,
}

/// Declines it; whoever asked for it takes it back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeclineOperation {
    pub id: Uuid,
    pub why: Why,
}

async fn waiting(tx: &mut Tx, id: Uuid) -> Result<Operation> {
    let operation = lock(tx, id).await?;
    if operation.state == State::AwaitingApproval {
        Ok(operation)
    } else {
        Err(Error::Conflict(format!("It does not wait for approval any more: it is {}.", operation.state.label().to_lowercase()).into()))
    }
}

impl Action for ApproveOperation {
    const NAME: &'static str = "billing.approve";
    const EVENT: &'static str = EVENT;
    const PERMISSION: Permission = Permission::BillingAct;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Confirm;
    type Output = State;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<State>> {
        let before = waiting(tx, self.id).await?;
        let refuse = |why: &str| Err(Error::Conflict(why.to_owned().into()));
        let Some(requester) = before.requested_by.filter(|by| Some(*by) != actor.id()) else {
            return refuse("You have asked for it yourself: another admin must approve it.");
        };
        if watch::is_undecided_too_long(tx, self.id).await? {
            return refuse("Its time to be approved is over: it must be asked for anew.");
        }
        if !staff::still_may(tx, requester, Self::PERMISSION).await? {
            return refuse("Whoever asked for it may no longer do so.");
        }
        steps::decided(tx, self.id, actor.id(), State::Queued).await?;
        let (after, effect) = if before.kind == Kind::Credits {
            let queued = lock(tx, self.id).await?;
            (credit(tx, &queued).await?, Effect::count("balance of credits changes at once", 1))
        } else {
            let asker = Asker { admin: actor.id(), cause: Some(tx.audit_id()), request: actor.request_id };
            enqueue(tx, asker, self.id).await?;
            (lock(tx, self.id).await?, Effect::count("refund is sent to the gateway", 1))
        };
        Ok(Applied::to(Target::of(&before), after.state)
            .event(event("approve", &before))
            .change(Change::updated(&before, &after)?)
            .effect(effect))
    }
}

impl Action for DeclineOperation {
    const NAME: &'static str = "billing.decline";
    const EVENT: &'static str = EVENT;
    const PERMISSION: Permission = Permission::BillingAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    /// Whether it was one's own.
    type Output = bool;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<bool>> {
        let before = waiting(tx, self.id).await?;
        let is_own = actor.id() == before.requested_by;
        if !is_own {
            steps::decided(tx, self.id, actor.id(), State::AwaitingApproval).await?;
        }
        let word = if is_own { "took it back" } else { "declined it" };
        let after = settle::call_off(tx, &before, &format!("{} {word}.", actor.name)).await?;
        let held = if before.pays_out() { "refund is not made: its money is held no longer" } else { "operation is called off" };
        Ok(Applied::to(Target::of(&before), is_own)
            .event(event(if is_own { "withdraw" } else { "decline" }, &before))
            .change(Change::updated(&before, &after)?)
            .effect(Effect::count(held, 1)))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclineFields {
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl DeclineFields {
    /// The action that was asked for.
    pub fn parse(&self, id: Uuid) -> Result<DeclineOperation, Invalid> {
        Ok(DeclineOperation { id, why: Why::required(self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
