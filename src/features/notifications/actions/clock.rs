//! What Backlot itself does with a notification: begins it at its time, holds it, ends it. Each looks at it once more: whoever was
//! faster has done it.
use super::{decide::back, step, wake};
use crate::features::notifications::model::{Notification, Progress, State};
use crate::features::notifications::store::{self, approvals, approvals::Decision, people, progress};
use crate::kernel::{Action, Actor, Applied, Assurance, Audited, Caution, Change, Error, Permission, Result, Target, Tx, id};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;
use uuid::Uuid;

/// Begins what is scheduled for now, or the next occurrence of a series; what comes too late is held.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BeginNotification {
    pub id: Uuid,
    /// How late it may be.
    pub late_hours: i64,
}

/// Holds what is being sent, until somebody decides.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HoldNotification {
    pub id: Uuid,
    pub run: i32,
    pub why: String,
}

/// Ends what has been sent to everybody, with its numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CompleteNotification {
    pub id: Uuid,
    pub run: i32,
}

/// Ends a proposal that nobody has decided about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExpireProposal {
    pub id: Uuid,
}

fn overtaken() -> Error {
    Error::Conflict("Somebody else was faster: nothing is to be done with it any more.".into())
}

impl Action for BeginNotification {
    const NAME: &'static str = "notifications.begin";
    const EVENT: &'static str = "admin_notification_begun";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let before = store::lock(tx, self.id).await?;
        let now = store::now(tx).await?;
        let due = before.next_at.filter(|at| before.state == State::Scheduled && *at <= now).ok_or_else(overtaken)?;
        let held = hindrance(tx, &before, (due, now), self.late_hours).await?;
        let event = json!({ "type": before.content.kind, "held": held.is_some() });
        if before.is_series() {
            let child = occurrence(tx, actor, &before, (due, now, held)).await?;
            return Ok(Applied::to(Target::of(&child), ()).change(Change::made(&child)?).event(event));
        }
        let mut after = Notification { next_at: None, ..before.clone() };
        start(&mut after, held, now);
        let after = step(tx, actor, &after).await?;
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(event))
    }
}

/// Why it is held instead, if it is.
async fn hindrance(tx: &mut Tx, before: &Notification, (due, now): (Timestamp, Timestamp), late_hours: i64) -> Result<Option<String>> {
    if now.duration_since(due) > SignedDuration::from_hours(late_hours) {
        return Ok(Some(format!("It was to go at {due:.0}, and nothing was running until {late_hours} hours later.")));
    }
    let approver = approvals::approver(tx, before.id).await?;
    for admin in [before.submitted_by, approver].into_iter().flatten() {
        if !people::still_may(tx, admin, Permission::NotificationsSend).await? {
            return Ok(Some("Whoever sent or approved it may no longer send notifications.".to_owned()));
        }
    }
    Ok(None)
}

fn start(after: &mut Notification, held: Option<String>, now: Timestamp) {
    after.state = if held.is_some() { State::Held } else { State::Sending };
    after.held_why = held;
    if after.state == State::Sending {
        after.started_at = Some(now);
        after.run += 1;
    }
}

/// An occurrence as a row of its own, with people of its own; the series goes on to the next time after now: of all that were missed,
/// this is the one that is caught up.
async fn occurrence(
    tx: &mut Tx,
    actor: &Actor,
    series: &Notification,
    (due, now, held): (Timestamp, Timestamp, Option<String>),
) -> Result<Notification> {
    let mut child = Notification {
        id: id::new(),
        series_id: Some(series.id),
        occurs_at: Some(due),
        next_at: None,
        run: 0,
        version: 1,
        created_at: now,
        ..series.clone()
    };
    start(&mut child, held, now);
    store::add(tx, &child, (&child.content.plain(), &child.content.html())).await?;
    people::copy(tx, series.id, child.id).await?;
    wake(tx, actor, &child).await?;
    let after = Notification { next_at: Some(series.plan.next(now)?), ..series.clone() };
    step(tx, actor, &after).await?;
    Ok(child)
}

impl Action for HoldNotification {
    const NAME: &'static str = "notifications.hold";
    const EVENT: &'static str = "admin_notification_held";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<()>> {
        let before = store::lock(tx, self.id).await?;
        if before.state != State::Sending || before.run != self.run {
            return Err(overtaken());
        }
        let after = Notification { state: State::Held, held_why: Some(self.why), ..before.clone() };
        let after = store::step(tx, &after).await?;
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(json!({ "type": after.content.kind })))
    }
}

impl Action for CompleteNotification {
    const NAME: &'static str = "notifications.complete";
    const EVENT: &'static str = "admin_notification_sent";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<()>> {
        let before = store::lock(tx, self.id).await?;
        let far = progress::of(tx, self.id).await?;
        if before.state != State::Sending || before.run != self.run || far.frozen_at.is_none() || far.done() != far.planned() {
            return Err(overtaken());
        }
        let now = store::now(tx).await?;
        let after = Notification { state: State::Sent, finished_at: Some(now), ..before.clone() };
        let after = store::step(tx, &after).await?;
        let numbers = Numbers { of: &after, far: &far };
        let mut event = json!({ "type": after.content.kind, "target_count": far.people });
        if let (true, Some(event)) = (far.is_again, event.as_object_mut()) {
            // It has been announced once: whoever counts notifications can tell.
            event.insert("again".into(), true.into());
        }
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).change(Change::made(&numbers)?).event(event))
    }
}

/// The numbers of a notification, for the record.
struct Numbers<'a> {
    of: &'a Notification,
    far: &'a Progress,
}

impl Serialize for Numbers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let far = self.far;
        json!({ "people": far.people, "in_inboxes": far.inbox_sent, "letters_sent": far.mail_sent, "letters_failed": far.mail_failed,
            "letters_left_out": far.mail_skipped, "read": far.read, "accounts_closed": far.left_out.deleted,
            "suspended": far.left_out.suspended, "without_consent": far.left_out.no_consent, "want_no_inbox": far.left_out.no_inbox,
            "want_no_mail": far.left_out.no_mail })
        .serialize(serializer)
    }
}

impl Audited for Numbers<'_> {
    const KIND: &'static str = "notification";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.of.id()
    }
    fn label(&self) -> String {
        self.of.label()
    }
}

impl Action for ExpireProposal {
    const NAME: &'static str = "notifications.expire";
    const EVENT: &'static str = "admin_notification_expired";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<()>> {
        let before = store::lock(tx, self.id).await?;
        let proposal = approvals::open(tx, self.id).await?.filter(|proposal| before.state == State::Proposed && proposal.is_over);
        if proposal.is_none() {
            return Err(overtaken());
        }
        approvals::decide(tx, self.id, Decision::Expired, None).await?;
        let after = back(tx, &before).await?;
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(json!({ "type": after.content.kind })))
    }
}
