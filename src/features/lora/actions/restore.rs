//! Bringing a deleted model back, while its files are there.
use crate::features::lora::store::change;
use crate::kernel::{Action, Actor, Applied, Assurance, Audited, Caution, Change, Error, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Brings a model back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RestoreModel {
    pub id: Uuid,
}

impl Action for RestoreModel {
    const NAME: &'static str = "lora.restore";
    const EVENT: &'static str = "admin_lora_restored";
    const PERMISSION: Permission = Permission::LoraDelete;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<String>> {
        let before = change::lock(tx, self.id).await?;
        if before.deleted.is_none() {
            return Err(Error::Conflict("This model is not deleted.".into()));
        }
        let is_over = change::is_past_return(tx, self.id).await?;
        if is_over || before.deleted.as_ref().is_some_and(|deleted| deleted.purged_at.is_some()) {
            return Err(Error::Conflict("Its seven days are over: the files are removed, or are being removed.".into()));
        }
        let after = change::restore(tx, self.id).await?;
        Ok(Applied::to(Target::of(&after), after.label()).change(Change::updated(&before, &after)?).event(json!({ "model_id": self.id })))
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreFields {}
