//! Taking an export along: counted and recorded before its first byte is sent.
use crate::features::exports::model::{File, State};
use crate::features::exports::store::{self, making};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Downloads an export. Only who asked for it may.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DownloadExport {
    pub id: Uuid,
    /// What its dataset takes.
    pub needs: Permission,
    /// How long files without a rule of their own are kept.
    pub keep_hours: i64,
}

impl Action for DownloadExport {
    const NAME: &'static str = "exports.download";
    const EVENT: &'static str = "admin_export_downloaded";
    const PERMISSION: Permission = Permission::ExportsMake;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = File;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<File>> {
        let before = store::lock(tx, self.id).await?;
        if actor.id() != Some(before.owner) {
            return Err(Error::NotFound("Only who asked for an export can download it.".into()));
        }
        if !actor.may(self.needs) {
            return Err(Error::Forbidden(self.needs));
        }
        if before.state == State::Ready && !store::is_kept(tx, self.id, self.keep_hours).await? {
            return Err(Error::NotFound("Its time is over, and its file is being deleted.".into()));
        }
        let file = making::download(tx, self.id).await?;
        Ok(Applied::to(Target::of(&before), file)
            .change(Change {
                target: Target::of(&before),
                before: Some([("downloads".to_owned(), json!(before.downloads))].into_iter().collect()),
                after: Some([("downloads".to_owned(), json!(before.downloads + 1))].into_iter().collect()),
            })
            .event(json!({ "type": before.order.dataset, "format": before.order.format.code() })))
    }
}
