//! An export's time is over: its file is gone. Done by a job.
use crate::features::exports::model::State;
use crate::features::exports::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Marks an export as expired.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExpireExport {
    pub id: Uuid,
}

impl Action for ExpireExport {
    const NAME: &'static str = "exports.expire";
    const EVENT: &'static str = "admin_export_expired";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<()>> {
        let before = store::lock(tx, self.id).await?;
        if before.state != State::Ready {
            return Err(Error::Conflict("It has no file.".into()));
        }
        let after = store::expire(tx, self.id).await?;
        Ok(Applied::to(Target::of(&after), ())
            .change(Change::updated(&before, &after)?)
            .event(json!({ "type": after.order.dataset, "downloads": after.downloads })))
    }
}
