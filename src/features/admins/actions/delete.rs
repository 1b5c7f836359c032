//! Deleting: the account stays for the record, without anything that opens a door; its address is free again.
use super::{letter, not_deleted, not_oneself};
use crate::features::admins::model::Status;
use crate::features::admins::store::{self, keys, links};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Deletes an admin.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeleteAdmin {
    pub id: Uuid,
    pub why: Why,
}

impl Action for DeleteAdmin {
    const NAME: &'static str = "admins.delete";
    const EVENT: &'static str = "admin_user_deleted";
    const PERMISSION: Permission = Permission::AdminsManage;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Typed;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        not_oneself(actor, self.id, "delete")?;
        keys::keep_one(tx, self.id).await?;
        let before = store::lock(tx, self.id).await?;
        not_deleted(&before)?;
        store::set_status(tx, self.id, Status::Deleted, self.why.reason.as_deref()).await?;
        store::forget_password(tx, self.id).await?;
        store::forget_factors(tx, self.id).await?;
        let ended = store::end_sessions(tx, self.id, "deleted").await?;
        let revoked = links::revoke(tx, self.id).await?;
        let after = store::find(tx, self.id).await?;
        letter(&after, "Your account is deleted", actor, "your account of the back office is deleted.").post(tx, actor).await?;
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
