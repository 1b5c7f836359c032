//! New second factors: the old ones are gone, and the next sign-in sets up another.
use super::{letter, not_deleted, not_oneself};
use crate::features::admins::store::{self, keys};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Makes an admin set up a new second factor.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResetFactors {
    pub id: Uuid,
    pub why: Why,
}

impl Action for ResetFactors {
    const NAME: &'static str = "admins.reset_factors";
    const EVENT: &'static str = "admin_user_factors_reset";
    const PERMISSION: Permission = Permission::AdminsManage;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        not_oneself(actor, self.id, "reset the second factor of")?;
        keys::keep_one(tx, self.id).await?;
        let before = store::lock(tx, self.id).await?;
        not_deleted(&before)?;
        if !before.authenticator_app && before.passkeys == 0 {
            return Err(Error::Conflict("They have no second factor: they set one up when they sign in next.".into()));
        }
        store::forget_factors(tx, self.id).await?;
        let ended = store::end_sessions(tx, self.id, "second factor reset").await?;
        let after = store::find(tx, self.id).await?;
        let text = "your second factors and recovery codes do not work any more. You set up a new one when you sign in next.";
        letter(&after, "Set up a new second factor", actor, text).post(tx, actor).await?;
        Ok(Applied::to(Target::of(&after), after.email.clone())
            .change(Change::updated(&before, &after)?)
            .effect(Effect::count("sessions end", ended))
            .event(json!({ "admin_id": self.id })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}
