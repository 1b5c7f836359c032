//! A new password: the old one is gone, and a link lets its owner choose another. Nobody else ever knows it.
use super::{WELCOME, letter, not_oneself};
use crate::features::admins::model::Status;
use crate::features::admins::store::{self, keys};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, OneTime, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Hours in which a new password must be chosen (OWASP ASVS 5.0, 6.4.1).
const HOURS: i32 = 1;

/// Lets an admin choose a new password.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResetPassword {
    pub id: Uuid,
    pub link: OneTime,
    pub why: Why,
}

impl Action for ResetPassword {
    const NAME: &'static str = "admins.reset_password";
    const EVENT: &'static str = "admin_user_password_reset";
    const PERMISSION: Permission = Permission::AdminsManage;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        not_oneself(actor, self.id, "reset the password of")?;
        keys::keep_one(tx, self.id).await?;
        let before = store::lock(tx, self.id).await?;
        if before.status != Status::Active {
            let is = before.status.label().to_lowercase();
            return Err(Error::Conflict(format!("Only an active account has a password to reset; this one is {is}.").into()));
        }
        store::forget_password(tx, self.id).await?;
        let ended = store::end_sessions(tx, self.id, "password reset").await?;
        store::make_link(tx, self.id, &self.link, ("reset", HOURS), actor.id()).await?;
        let after = store::find(tx, self.id).await?;
        let text = "your old password does not work any more. The link under this letter lets you choose a new one; it works once, for one \
                    hour. Your second factors stay as they are.";
        letter(&after, "Choose a new password", actor, text).link(WELCOME, self.link.id).post(tx, actor).await?;
        Ok(Applied::to(Target::of(&after), after.email.clone())
            .change(Change::updated(&before, &after)?)
            .effect(Effect::count("sessions end", ended))
            .effect(Effect::count("link to choose another is sent, good for one hour", 1))
            .event(json!({ "admin_id": self.id })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}
