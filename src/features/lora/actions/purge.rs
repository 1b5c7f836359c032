//! The end of a deleted model: its files are gone, and what told of them goes with them.
use crate::features::lora::store::change;
use crate::kernel::{Action, Actor, Applied, Assurance, Audited, Caution, Change, Effect, Error, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Notes that a model's files are removed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PurgeModel {
    pub id: Uuid,
    /// Files that were removed.
    pub files: i64,
}

/// What is left of it, as the audit log keeps it.
#[derive(Serialize)]
struct Left {
    #[serde(skip)]
    id: Uuid,
    #[serde(skip)]
    label: String,
    purged: bool,
    files: i64,
}

impl Audited for Left {
    const KIND: &'static str = "lora_model";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        self.label.clone()
    }
}

impl Action for PurgeModel {
    const NAME: &'static str = "lora.purge";
    const EVENT: &'static str = "admin_lora_purged";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<()>> {
        let before = change::lock(tx, self.id).await?;
        if !change::is_past_return(tx, self.id).await? {
            return Err(Error::Conflict("It was restored meanwhile, or is purged already.".into()));
        }
        let (images, lines) = change::purge(tx, self.id).await?;
        let left = |purged, files| Left { id: self.id, label: before.label(), purged, files };
        Ok(Applied::to(Target::of(&before), ())
            .change(Change::updated(&left(false, self.files), &left(true, 0))?)
            .effect(Effect::count("training images are forgotten", images))
            .effect(Effect::count("lines of logs are forgotten", lines))
            .event(json!({ "model_id": self.id, "files": self.files })))
    }
}
