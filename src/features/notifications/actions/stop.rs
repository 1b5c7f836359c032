//! Stopping what is on its way, for a while or for good, and going on.
use super::step;
use crate::features::notifications::model::{Notification, Progress, State};
use crate::features::notifications::store::{self, approvals, progress};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Stops it between two batches.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PauseNotification {
    pub id: Uuid,
}

/// Goes on where it was stopped.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResumeNotification {
    pub id: Uuid,
}

/// Stops it for good.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CancelNotification {
    pub id: Uuid,
}

fn not_now(before: &Notification, what: &str) -> Error {
    Error::Conflict(format!("It cannot be {what}: it is “{}” by now.", before.state.label()).into())
}

impl Action for PauseNotification {
    const NAME: &'static str = "notifications.pause";
    const EVENT: &'static str = "admin_notification_paused";
    const PERMISSION: Permission = Permission::NotificationsSend;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<()>> {
        let before = store::lock(tx, self.id).await?;
        let may = before.state == State::Sending || (before.state == State::Scheduled && before.is_series());
        if !may {
            return Err(not_now(&before, "paused"));
        }
        let after = Notification { state: State::Paused, next_at: None, ..before.clone() };
        let after = store::step(tx, &after).await?;
        let event = json!({ "type": after.content.kind });
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(event))
    }
}

impl Action for ResumeNotification {
    const NAME: &'static str = "notifications.resume";
    const EVENT: &'static str = "admin_notification_resumed";
    const PERMISSION: Permission = Permission::NotificationsSend;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let before = store::lock(tx, self.id).await?;
        if before.state != State::Paused {
            return Err(not_now(&before, "resumed"));
        }
        let mut after = before.clone();
        if before.is_series() {
            after.state = State::Scheduled;
            after.next_at = Some(after.plan.next(store::now(tx).await?)?);
        } else {
            after.state = State::Sending;
            after.run += 1;
        }
        let after = step(tx, actor, &after).await?;
        let event = json!({ "type": after.content.kind });
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(event))
    }
}

impl Action for CancelNotification {
    const NAME: &'static str = "notifications.cancel";
    const EVENT: &'static str = "admin_notification_cancelled";
    const PERMISSION: Permission = Permission::NotificationsSend;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = State;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<State>> {
        let before = store::lock(tx, self.id).await?;
        if before.state.is_over() {
            return Err(not_now(&before, "cancelled"));
        }
        approvals::decide(tx, self.id, approvals::Decision::Withdrawn, actor.id()).await?;
        let now = store::now(tx).await?;
        let after = Notification { state: State::Cancelled, next_at: None, held_why: None, finished_at: Some(now), ..before.clone() };
        let after = store::step(tx, &after).await?;
        let far = progress::of(tx, self.id).await?;
        let event = json!({ "type": after.content.kind, "sent": far.sent() });
        let applied = Applied::to(Target::of(&after), before.state).change(Change::updated(&before, &after)?).event(event);
        Ok(effects(&far).into_iter().fold(applied, Applied::effect))
    }
}

/// What has arrived stays; the numbers move while it is sent.
fn effects(far: &Progress) -> Vec<Effect> {
    if far.planned() == 0 {
        return Vec::new();
    }
    vec![
        Effect::crowd("have it already, and keep it", far.sent(), Vec::new()),
        Effect::crowd("do not get it", far.planned() - far.done(), Vec::new()),
    ]
}
