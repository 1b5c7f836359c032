//! Reverting: what a flag was becomes a new version.
use super::{Wish, applied, write};
use crate::features::flags::store::{self, versions};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Permission, Result, Tx, Why};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Makes a flag what it was in a version: all of it, overrides and archive too.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RevertFlag {
    pub id: Uuid,
    pub version: i32,
    pub why: Why,
}

impl Action for RevertFlag {
    const NAME: &'static str = "flags.revert";
    const EVENT: &'static str = "admin_flag_updated";
    const PERMISSION: Permission = Permission::FlagsEdit;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let before = store::lock(tx, self.id).await?;
        let version = versions::find(tx, self.id, self.version).await?;
        let what = format!("reverted to version {}", self.version);
        let (flag, change, effects) = write(tx, actor, &before, Wish::plain(version.after), (&what, &self.why)).await?;
        Ok(applied(&flag, change, effects))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}
