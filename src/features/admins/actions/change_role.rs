//! Changing a role: what they gain, what they lose, and in again by the door.
use super::{letter, not_deleted, not_oneself};
use crate::features::admins::store::{self, keys};
use crate::kernel::{
    Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Invalid, Permission, Result, Role, Target, Tx, Why,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Gives an admin another role.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeAdminRole {
    pub id: Uuid,
    pub role: Role,
    pub why: Why,
}

impl Action for ChangeAdminRole {
    const NAME: &'static str = "admins.change_role";
    const EVENT: &'static str = "admin_user_role_changed";
    const PERMISSION: Permission = Permission::AdminsManage;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        not_oneself(actor, self.id, "change the role of")?;
        keys::keep_one(tx, self.id).await?;
        let before = store::lock(tx, self.id).await?;
        not_deleted(&before)?;
        if before.role == self.role {
            return Err(Error::field("role", format!("They are {} already.", self.role.label().to_lowercase())));
        }
        store::set_role(tx, self.id, self.role).await?;
        let ended = store::end_sessions(tx, self.id, "role changed").await?;
        let after = store::find(tx, self.id).await?;
        let text = format!("you are {} of the back office now. Sign in again to go on.", self.role.label().to_lowercase());
        letter(&after, "Your role has changed", actor, &text).post(tx, actor).await?;
        let applied = Applied::to(Target::of(&after), after.email.clone()).change(Change::updated(&before, &after)?);
        let applied = [("they may now", after.role, before.role), ("they may no longer", before.role, after.role)]
            .into_iter()
            .fold(applied, |applied, (words, has, lacks)| applied.effect(differs(words, has, lacks)));
        Ok(applied.effect(Effect::count("sessions end", ended)).event(json!({
            "admin_id": self.id, "old_role": before.role, "new_role": after.role
        })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// What one role may that the other may not, by name and number.
fn differs(words: &str, has: Role, lacks: Role) -> Effect {
    let all: Vec<_> = Permission::ALL.iter().filter(|permission| permission.held_by(has) && !permission.held_by(lacks)).collect();
    let names: Vec<_> = all.iter().map(|permission| permission.phrase()).collect();
    let list = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
    Effect::count(format!("things {words}: {list}"), i64::try_from(all.len()).unwrap_or(i64::MAX))
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleFields {
    pub role: Option<Role>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl RoleFields {
    /// The action that was asked for.
    pub fn parse(&self, id: Uuid) -> Result<ChangeAdminRole, Invalid> {
        let role = self.role.ok_or_else(|| Invalid::field("role", "Choose a role."))?;
        Ok(ChangeAdminRole { id, role, why: Why::required(self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
