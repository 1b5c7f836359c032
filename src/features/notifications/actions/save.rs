//! Writing a notification, and changing what is not sent yet.
use super::same_version;
use crate::features::notifications::model::plan::fits;
use crate::features::notifications::model::{Audience, Content, Named, Notification, Plan, State};
use crate::features::notifications::store::{self, approvals, deliveries, people};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx, secret};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// How many of what names nobody are kept.
const UNKNOWN: usize = 100;

/// What was written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Written {
    pub content: Content,
    pub audience: Audience,
    pub plan: Plan,
    /// The words of a list; nothing: there is none.
    pub people: Option<Vec<String>>,
    pub text: String,
}

/// Writes a new one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DraftNotification {
    pub id: Uuid,
    pub written: Written,
}

/// Changes one that is not sent yet. It is a draft again, and whoever was to approve it is asked anew.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EditNotification {
    pub id: Uuid,
    /// The version that was looked at.
    pub version: i32,
    pub written: Written,
}

impl Action for DraftNotification {
    const NAME: &'static str = "notifications.draft";
    const EVENT: &'static str = "admin_notification_drafted";
    const PERMISSION: Permission = Permission::NotificationsSend;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = Uuid;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<Uuid>> {
        let now = store::now(tx).await?;
        let (ids, written) = resolved(tx, self.written, now).await?;
        let new = blank(self.id, written, actor, now);
        store::add(tx, &new, (&new.content.plain(), &new.content.html())).await?;
        people::replace(tx, new.id, &ids).await?;
        let event = json!({ "type": new.content.kind });
        Ok(Applied::to(Target::of(&new), new.id).change(Change::made(&new)?).event(event))
    }
}

impl Action for EditNotification {
    const NAME: &'static str = "notifications.edit";
    const EVENT: &'static str = "admin_notification_edited";
    const PERMISSION: Permission = Permission::NotificationsSend;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = Uuid;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<Uuid>> {
        let before = store::lock(tx, self.id).await?;
        same_version(&before, self.version)?;
        if !before.state.is_editable() || deliveries::is_settled(tx, self.id).await? {
            return Err(Error::Conflict(
                "Its recipients are settled: it can no longer be changed. Duplicate it to say something else.".into(),
            ));
        }
        let now = store::now(tx).await?;
        let (ids, written) = resolved(tx, self.written, now).await?;
        let mut after = Notification { content: written.content, audience: written.audience, plan: written.plan, ..before.clone() };
        (after.state, after.next_at, after.held_why, after.allowed_people) = (State::Draft, None, None, None);
        if after == before {
            return Err(Error::field("", "Nothing is different from what it was."));
        }
        approvals::decide(tx, self.id, approvals::Decision::Void, actor.id()).await?;
        store::rewrite(tx, &after, (&after.content.plain(), &after.content.html())).await?;
        people::replace(tx, self.id, &ids).await?;
        let after = store::step(tx, &after).await?;
        let event = json!({ "type": after.content.kind });
        Ok(Applied::to(Target::of(&after), after.id).change(Change::updated(&before, &after)?).event(event))
    }
}

/// A draft.
pub(super) fn blank(id: Uuid, written: Written, actor: &Actor, now: Timestamp) -> Notification {
    Notification {
        id,
        content: written.content,
        audience: written.audience,
        plan: written.plan,
        state: State::Draft,
        next_at: None,
        held_why: None,
        allowed_people: None,
        run: 0,
        series_id: None,
        occurs_at: None,
        version: 1,
        created_by: actor.id(),
        created_at: now,
        submitted_by: None,
        started_at: None,
        finished_at: None,
    }
}

/// Finds out whom a list names. What names nobody is kept, to be told of.
async fn resolved(tx: &mut Tx, mut written: Written, now: Timestamp) -> Result<(Vec<Uuid>, Written)> {
    fits(&written.plan, now).map_err(Error::Invalid)?;
    let Some(words) = written.people.take() else { return Ok((Vec::new(), written)) };
    let (ids, mut unknown) = people::named(tx, &words).await?;
    if ids.is_empty() {
        return Err(Error::field("people", "Nobody of this list is a user: give e-mail addresses or ids of users, one a line."));
    }
    let bytes: Vec<u8> = ids.iter().flat_map(|id| *id.as_bytes()).collect();
    let count = |many: usize| i64::try_from(many).unwrap_or(i64::MAX);
    let (people, unknown_count) = (count(ids.len()), count(unknown.len()));
    unknown.truncate(UNKNOWN);
    let hash = secret::sha256(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    written.audience.named = Some(Named { people, hash, text: written.text.clone(), unknown, unknown_count });
    Ok((ids, written))
}
