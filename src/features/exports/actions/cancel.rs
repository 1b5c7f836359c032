//! Cancelling an export that is still on its way.
use crate::features::exports::model::State;
use crate::features::exports::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Cancels an export. Whoever is at it notices within half a second and leaves nothing behind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CancelExport {
    pub id: Uuid,
}

impl Action for CancelExport {
    const NAME: &'static str = "exports.cancel";
    const EVENT: &'static str = "admin_export_cancelled";
    const PERMISSION: Permission = Permission::ExportsMake;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let before = store::lock(tx, self.id).await?;
        if actor.id() != Some(before.owner) && !actor.may(Permission::ExportsAll) {
            return Err(Error::Forbidden(Permission::ExportsAll));
        }
        if !before.is_open() {
            return Err(Error::Conflict(format!("It is {} already.", before.state.label().to_lowercase()).into()));
        }
        let after = store::give_up(tx, self.id, State::Cancelled, None).await?;
        Ok(Applied::to(Target::of(&after), after.order.label.clone())
            .change(Change::updated(&before, &after)?)
            .event(json!({ "type": after.order.dataset, "rows": before.progress.rows })))
    }
}
