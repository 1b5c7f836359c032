//! The file is whole, checked and in its place: only now the export is ready. Done by its job.
use crate::features::exports::model::{File, State};
use crate::features::exports::store::{self, making};
use crate::gateways::mail::Letter;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx};
use crate::web::show::number;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Marks an export as ready.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FinishExport {
    pub id: Uuid,
    /// The attempt that made the file: another one's counts for nothing.
    pub attempt: i32,
    pub file: File,
}

impl Action for FinishExport {
    const NAME: &'static str = "exports.finish";
    const EVENT: &'static str = "admin_export_finished";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let before = store::lock(tx, self.id).await?;
        if before.state != State::Running || before.attempt != self.attempt {
            return Err(Error::Conflict("It is over, or another attempt is at it.".into()));
        }
        let after = store::publish(tx, self.id, &self.file).await?;
        if store::is_told(tx, self.id).await?
            && let Some(to) = making::address(tx, after.owner).await?
        {
            let rows = number(self.file.rows);
            let text = format!("Your export “{}” is ready: {rows} rows.\n\nOnly you can download it, from its page:", after.order.label);
            Letter::new(to, format!("Export ready: {}", after.order.label), text)
                .page(&format!("/admin/exports/{}", self.id))
                .post(tx, actor)
                .await?;
        }
        Ok(Applied::to(Target::of(&after), ())
            .change(Change::updated(&before, &after)?)
            .event(json!({ "type": after.order.dataset, "rows": self.file.rows, "bytes": self.file.bytes })))
    }
}
