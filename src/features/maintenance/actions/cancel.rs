//! Cancelling a planned window: it does not come.
use crate::features::maintenance::model::{State, Why};
use crate::features::maintenance::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Cancels a planned window.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CancelMaintenance {
    pub id: Uuid,
}

impl Action for CancelMaintenance {
    const NAME: &'static str = "maintenance.cancel";
    const EVENT: &'static str = "admin_maintenance_cancelled";
    const PERMISSION: Permission = Permission::MaintenanceEdit;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        store::hold(tx).await?;
        let before = store::find(tx, self.id).await?;
        match before.state {
            State::Planned => {}
            State::Active => return Err(Error::Conflict("It has begun meanwhile: it can be ended, not cancelled.".into())),
            State::Ended | State::Cancelled => return Err(Error::Conflict("This window is over already.".into())),
        }
        let after = store::close(tx, self.id, State::Cancelled, Why::ByHand, actor.id()).await?;
        let event = json!({ "starts_at": after.starts_at, "ends_at": after.ends_at });
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(event))
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelFields {}
