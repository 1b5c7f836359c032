//! Changing one's password: everything else that was opened with the old one is closed.
use super::own;
use crate::features::account::model::Sessions;
use crate::features::account::{store, words};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Invalid, Permission, Result, Target, Tx, password};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Gives an admin another password.
#[derive(Clone, Serialize, Deserialize)]
pub struct ChangePassword {
    pub password_hash: String,
}

impl Action for ChangePassword {
    const NAME: &'static str = "account.change_password";
    const EVENT: &'static str = "admin_password_changed";
    const PERMISSION: Permission = Permission::Own;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Undoable;
    /// How many other sessions have ended.
    type Output = i64;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<i64>> {
        let admin = own(actor)?;
        let before = store::lock(tx, admin).await?;
        store::set_password(tx, admin, &self.password_hash).await?;
        let here = actor.session.as_deref().ok_or(Error::SignedOut)?;
        let ended = store::end_others(tx, admin, here, "password changed").await?;
        let after = store::lock(tx, admin).await?;
        words::password_changed(&after, actor).post(tx, actor).await?;
        let count = |open_sessions| Sessions { admin, email: after.email.clone(), open_sessions };
        Ok(Applied::to(Target::of(&after), ended)
            .change(Change::updated(&before, &after)?)
            .change(Change::updated(&count(ended + 1), &count(1))?)
            .effect(Effect::count("other sessions end", ended))
            .event(json!({ "sessions_ended": ended })))
    }
}

/// The form. Nothing of it is ever kept or shown again.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordFields {
    #[serde(default)]
    pub current_password: String,
    #[serde(default)]
    pub new_password: String,
    #[serde(default)]
    pub new_password_again: String,
}

impl PasswordFields {
    /// The new password, if it is one that may be chosen.
    pub fn chosen(&self, owner: password::Owner<'_>) -> Result<&str, Invalid> {
        let refused = |field, sentence: &str| Err(Invalid::field(field, sentence));
        if self.current_password.is_empty() {
            return refused("current_password", "Type the password that you sign in with now.");
        }
        if let Some(objection) = password::objection(&self.new_password, owner) {
            return refused("new_password", &objection);
        }
        if self.new_password == self.current_password {
            return refused("new_password", "This is your password already. Choose another one.");
        }
        if self.new_password == self.new_password_again {
            Ok(&self.new_password)
        } else {
            refused("new_password_again", "The two are not the same.")
        }
    }
}
