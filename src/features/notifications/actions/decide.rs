//! What a second admin does with a proposal.
use super::{go, step};
use crate::features::notifications::model::{Notification, State};
use crate::features::notifications::store::{self, approvals, approvals::Decision, deliveries, people};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Approves exactly what was proposed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApproveNotification {
    pub id: Uuid,
    /// How many it reaches by now.
    #[serde(skip)]
    pub people: i64,
}

/// Declines a proposal; whoever made it takes it back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeclineNotification {
    pub id: Uuid,
}

impl Action for ApproveNotification {
    const NAME: &'static str = "notifications.approve";
    const EVENT: &'static str = "admin_notification_approved";
    const PERMISSION: Permission = Permission::NotificationsSend;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Confirm;
    type Output = State;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<State>> {
        let before = store::lock(tx, self.id).await?;
        let proposal = approvals::open(tx, self.id).await?.filter(|_| before.state == State::Proposed);
        let proposal = proposal.ok_or_else(|| Error::Conflict("Nothing of this notification waits for approval any more.".into()))?;
        let refuse = |why: &str| Err(Error::Conflict(why.to_owned().into()));
        if actor.id() == Some(proposal.proposed_by) {
            return refuse("You have proposed it yourself: another admin must approve it.");
        }
        if proposal.is_over {
            return refuse("This proposal is older than 24 hours: it must be made anew.");
        }
        if proposal.hash != before.hash()? {
            return refuse("It is no longer what was proposed: it must be proposed anew.");
        }
        if !people::still_may(tx, proposal.proposed_by, Self::PERMISSION).await? {
            return refuse("Whoever proposed it may no longer send notifications.");
        }
        approvals::decide(tx, self.id, Decision::Approved, actor.id()).await?;
        let now = store::now(tx).await?;
        let mut after = Notification { allowed_people: None, ..before.clone() };
        let is_settled = deliveries::is_settled(tx, self.id).await?;
        go(&mut after, now, is_settled)?;
        let after = step(tx, actor, &after).await?;
        let mut change = Change::updated(&before, &after)?;
        if let Some(fields) = &mut change.after {
            fields.insert(
                "second_admin".into(),
                format!("approves what {} proposed for {} people", proposal.proposer, proposal.people).into(),
            );
        }
        let event = json!({ "type": after.content.kind, "target_count": self.people });
        let effect = Effect::crowd("people get it", self.people, Vec::new());
        Ok(Applied::to(Target::of(&after), after.state).change(change).effect(effect).event(event))
    }
}

impl Action for DeclineNotification {
    const NAME: &'static str = "notifications.decline";
    const EVENT: &'static str = "admin_notification_declined";
    const PERMISSION: Permission = Permission::NotificationsSend;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = bool;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<bool>> {
        let before = store::lock(tx, self.id).await?;
        let proposal = approvals::open(tx, self.id).await?.filter(|_| before.state == State::Proposed);
        let proposal = proposal.ok_or_else(|| Error::Conflict("Nothing of this notification waits for approval any more.".into()))?;
        let is_own = actor.id() == Some(proposal.proposed_by);
        let decision = if is_own { Decision::Withdrawn } else { Decision::Declined };
        approvals::decide(tx, self.id, decision, actor.id()).await?;
        let after = back(tx, &before).await?;
        let event = json!({ "type": after.content.kind, "decision": decision });
        Ok(Applied::to(Target::of(&after), is_own).change(Change::updated(&before, &after)?).event(event))
    }
}

/// A draft again. What has its recipients written down already can then be sent to them, or cancelled, but not changed.
pub(super) async fn back(tx: &mut Tx, before: &Notification) -> Result<Notification> {
    let after = Notification { state: State::Draft, next_at: None, ..before.clone() };
    store::step(tx, &after).await
}
