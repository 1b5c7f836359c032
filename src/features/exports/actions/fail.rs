//! An export that cannot be made: it says why, and leaves nothing behind. Done by its job.
use crate::features::exports::model::State;
use crate::features::exports::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Gives an export up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FailExport {
    pub id: Uuid,
    /// The attempt that failed; nothing: whichever, because nobody is at it any more.
    pub attempt: Option<i32>,
    /// In a sentence, for whoever asked.
    pub why: String,
}

impl Action for FailExport {
    const NAME: &'static str = "exports.fail";
    const EVENT: &'static str = "admin_export_failed";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<()>> {
        let before = store::lock(tx, self.id).await?;
        if !before.is_open() || self.attempt.is_some_and(|attempt| attempt != before.attempt) {
            return Err(Error::Conflict("It is over, or another attempt is at it.".into()));
        }
        let why = crate::web::show::short(&self.why, 1_000);
        let after = store::give_up(tx, self.id, State::Failed, Some(&why)).await?;
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(json!({ "type": after.order.dataset })))
    }
}
