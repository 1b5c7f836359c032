//! Disabling: out on their next click, on every instance, until somebody enables them again.
use super::{letter, not_deleted, not_oneself};
use crate::features::admins::model::Status;
use crate::features::admins::store::{self, keys, links};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Disables an admin.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DisableAdmin {
    pub id: Uuid,
    pub why: Why,
}

impl Action for DisableAdmin {
    const NAME: &'static str = "admins.disable";
    const EVENT: &'static str = "admin_user_disabled";
    const PERMISSION: Permission = Permission::AdminsManage;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        not_oneself(actor, self.id, "disable")?;
        keys::keep_one(tx, self.id).await?;
        let before = store::lock(tx, self.id).await?;
        not_deleted(&before)?;
        if before.status == Status::Disabled {
            return Err(Error::Conflict("They are disabled already.".into()));
        }
        store::set_status(tx, self.id, Status::Disabled, self.why.reason.as_deref()).await?;
        let ended = store::end_sessions(tx, self.id, "disabled").await?;
        let revoked = links::revoke(tx, self.id).await?;
        let after = store::find(tx, self.id).await?;
        letter(&after, "Your account is disabled", actor, "you cannot sign in to the back office any more.").post(tx, actor).await?;
        Ok(Applied::to(Target::of(&after), after.email.clone())
            .change(Change::updated(&before, &after)?)
            .effect(Effect::count("sessions end", ended))
            .effect(Effect::count("open links are taken back", revoked))
            .event(json!({ "admin_id": self.id, "role": after.role })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}
