//! Sending what was previewed: at once, when its time comes, or once a second admin has approved it.
use super::{go, same_version, step};
use crate::features::notifications::model::plan::fits;
use crate::features::notifications::model::{Notification, State};
use crate::features::notifications::store::reach::Reach;
use crate::features::notifications::store::{self, approvals, deliveries, people};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Permission, Result, Target, Tx};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// How long a team of one waits in place of a second admin, in minutes.
pub const COOL_OFF: i64 = 30;

/// Sends it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendNotification {
    pub id: Uuid,
    /// The version that was looked at.
    pub version: i32,
    /// Counted again with each look, so no part of what the form says.
    #[serde(skip)]
    pub reached: Reached,
}

/// Whom it reaches by the count before this, and from how many on a second admin must agree.
#[derive(Clone, Debug, Default)]
pub struct Reached {
    pub people: i64,
    pub some: Vec<Target>,
    pub threshold: i64,
}

impl Reached {
    /// By a count.
    pub fn new(reach: &Reach, threshold: i64) -> Self {
        let some = reach.sample.iter().map(|user| Target::new("user", user.id, user.email.clone())).collect();
        Self { people: reach.people, some, threshold }
    }

    /// Whether a second admin must agree.
    pub fn needs_second(&self) -> bool {
        self.people > self.threshold
    }
}

impl Action for SendNotification {
    const NAME: &'static str = "notifications.send";
    const EVENT: &'static str = "admin_notification_submitted";
    const PERMISSION: Permission = Permission::NotificationsSend;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = State;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<State>> {
        let before = store::lock(tx, self.id).await?;
        if !matches!(before.state, State::Draft | State::Held) {
            return Err(Error::Conflict(format!("This notification is not to be sent: it is “{}”.", before.state.label()).into()));
        }
        same_version(&before, self.version)?;
        let now = store::now(tx).await?;
        let is_settled = deliveries::is_settled(tx, self.id).await?;
        if !is_settled && before.series_id.is_none() {
            fits(&before.plan, now).map_err(Error::Invalid)?;
        }
        if self.reached.people == 0 {
            return Err(Error::field("", "Nobody would get it: change whom it is for first."));
        }
        let mut after = Notification { submitted_by: actor.id(), held_why: None, allowed_people: None, ..before.clone() };
        let note = self.settle(tx, actor, &mut after, (now, is_settled)).await?;
        let after = step(tx, actor, &after).await?;
        let event = json!({ "type": after.content.kind, "target_count": self.reached.people, "state": after.state });
        let text = match after.state {
            State::Proposed => "people get it, once another admin has approved",
            _ => "people get it",
        };
        let mut change = Change::updated(&before, &after)?;
        if let (Some(note), Some(fields)) = (note, &mut change.after) {
            fields.insert("second_admin".into(), note.into());
        }
        Ok(Applied::to(Target::of(&after), after.state)
            .change(change)
            .effect(Effect::crowd(text, self.reached.people, self.reached.some))
            .event(event))
    }
}

impl SendNotification {
    /// On its way, or to a second admin first; what the record says of that.
    async fn settle(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        after: &mut Notification,
        (now, is_settled): (Timestamp, bool),
    ) -> Result<Option<String>> {
        if !self.reached.needs_second() {
            after.allowed_people = Some(self.reached.threshold);
            go(after, now, is_settled)?;
            return Ok(None);
        }
        let others = people::others_who_may(tx, actor.id(), Self::PERMISSION).await?;
        if others == 0 {
            let earliest = now + SignedDuration::from_mins(COOL_OFF);
            let planned = if after.series_id.is_some() { now } else { after.plan.next(now)? };
            after.state = State::Scheduled;
            after.next_at = Some(planned.max(earliest));
            return Ok(Some(format!("nobody else could approve: it waits {COOL_OFF} minutes at least")));
        }
        let by = actor.id().ok_or_else(|| Error::Conflict("Only an admin can propose.".into()))?;
        let expires = approvals::propose(tx, self.id, (&after.hash()?, self.reached.people), by).await?;
        after.state = State::Proposed;
        after.next_at = Some(expires);
        Ok(Some(format!("asked: {others} could approve")))
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendFields {
    pub version: Option<i32>,
}
