//! Enabling: who was disabled may sign in again, with the factors they had.
use super::letter;
use crate::features::admins::model::Status;
use crate::features::admins::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Enables a disabled admin.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnableAdmin {
    pub id: Uuid,
    pub why: Why,
}

impl Action for EnableAdmin {
    const NAME: &'static str = "admins.enable";
    const EVENT: &'static str = "admin_user_enabled";
    const PERMISSION: Permission = Permission::AdminsManage;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let before = store::lock(tx, self.id).await?;
        if before.status != Status::Disabled {
            let is = before.status.label().to_lowercase();
            return Err(Error::Conflict(format!("Only a disabled account can be enabled; this one is {is}.").into()));
        }
        let status = if before.password || before.passkeys > 0 { Status::Active } else { Status::Invited };
        store::set_status(tx, self.id, status, None).await?;
        let after = store::find(tx, self.id).await?;
        letter(&after, "Your account is enabled", actor, "you can sign in to the back office again.").post(tx, actor).await?;
        Ok(Applied::to(Target::of(&after), after.email.clone())
            .change(Change::updated(&before, &after)?)
            .event(json!({ "admin_id": self.id, "role": after.role })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}
