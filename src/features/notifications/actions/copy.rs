//! The same once more, as a draft.
use super::save::{Written, blank};
use crate::features::notifications::model::plan::fits;
use crate::features::notifications::model::{Notification, Plan};
use crate::features::notifications::store::{self, people};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Makes a draft that says the same to the same people.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DuplicateNotification {
    pub id: Uuid,
    /// The new one.
    pub copy: Uuid,
}

impl Action for DuplicateNotification {
    const NAME: &'static str = "notifications.duplicate";
    const EVENT: &'static str = "admin_notification_duplicated";
    const PERMISSION: Permission = Permission::NotificationsSend;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = Uuid;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<Uuid>> {
        let Notification { content, audience, plan, .. } = store::find(tx, self.id).await?;
        let now = store::now(tx).await?;
        let plan = if fits(&plan, now).is_ok() { plan } else { Plan::Now };
        let written = Written { content, audience, plan, people: None, text: String::new() };
        let new = blank(self.copy, written, actor, now);
        store::add(tx, &new, (&new.content.plain(), &new.content.html())).await?;
        people::copy(tx, self.id, new.id).await?;
        let event = json!({ "type": new.content.kind });
        Ok(Applied::to(Target::of(&new), new.id).change(Change::made(&new)?).event(event))
    }
}
