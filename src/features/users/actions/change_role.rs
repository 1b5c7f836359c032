//! Changing a role: what a user may do on the platform.
use crate::features::users::model::{Status, UserRole};
use crate::features::users::store;
use crate::kernel::{
    Action, Actor, Applied, Assurance, Audited, Caution, Change, Effect, Error, Invalid, Permission, Result, Target, Tx, Why,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Gives a user another role.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeRole {
    pub id: Uuid,
    pub role: UserRole,
    pub why: Why,
}

impl Action for ChangeRole {
    const NAME: &'static str = "users.change_role";
    const EVENT: &'static str = "admin_platform_role_changed";
    const PERMISSION: Permission = Permission::UsersRole;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<String>> {
        let before = store::lock(tx, self.id).await?;
        if before.status == Status::Deleted {
            return Err(Error::Conflict("They are deleted: there is nothing left to do.".into()));
        }
        if before.role == self.role {
            return Err(Error::field("role", format!("They are a {} already.", self.role.label().to_lowercase())));
        }
        let after = store::set_role(tx, self.id, self.role).await?;
        store::tell(tx, self.id, "Your role has changed", &format!("You are now a {}.", self.role.label().to_lowercase())).await?;
        Ok(Applied::to(Target::of(&after), after.label())
            .change(Change::updated(&before, &after)?)
            .effect(Effect::count("message in their inbox", 1))
            .event(json!({ "user_id": self.id, "old_role": before.role, "new_role": after.role })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleFields {
    pub role: Option<UserRole>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl RoleFields {
    /// The action that was asked for.
    pub fn parse(&self, id: Uuid) -> Result<ChangeRole, Invalid> {
        let role = self.role.ok_or_else(|| Invalid::field("role", "Choose a role."))?;
        Ok(ChangeRole { id, role, why: Why::required(self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
