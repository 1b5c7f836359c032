//! Restoring: they can come in again.
use crate::features::users::model::Status;
use crate::features::users::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Audited, Caution, Change, Error, Invalid, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Lets a suspended user in again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RestoreUser {
    pub id: Uuid,
    pub why: Why,
}

impl Action for RestoreUser {
    const NAME: &'static str = "users.restore";
    const EVENT: &'static str = "admin_user_restored";
    const PERMISSION: Permission = Permission::UsersStatus;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<String>> {
        let before = store::lock(tx, self.id).await?;
        if before.status != Status::Suspended {
            return Err(Error::Conflict(
                format!("Only a suspended user can be restored; this one is {}.", before.status.label().to_lowercase()).into(),
            ));
        }
        let after = store::set_status(tx, self.id, Status::Active, None).await?;
        Ok(Applied::to(Target::of(&after), after.label())
            .change(Change::updated(&before, &after)?)
            .event(json!({ "user_id": self.id, "tier": after.tier })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreFields {
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl RestoreFields {
    /// The action that was asked for.
    pub fn parse(&self, id: Uuid) -> Result<RestoreUser, Invalid> {
        Ok(RestoreUser { id, why: Why::optional(self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
