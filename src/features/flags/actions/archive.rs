//! Archiving: off for everybody, out of the list, its name free; and back again.
use super::{Wish, applied, in_use, write};
use crate::features::flags::model::State;
use crate::features::flags::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Error, Permission, Result, Tx, Why};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Archives a flag.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ArchiveFlag {
    pub id: Uuid,
    pub why: Why,
}

/// Takes a flag out of the archive, as it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RestoreFlag {
    pub id: Uuid,
    pub why: Why,
}

impl Action for ArchiveFlag {
    const NAME: &'static str = "flags.archive";
    const EVENT: &'static str = "admin_flag_updated";
    const PERMISSION: Permission = Permission::FlagsEdit;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let before = store::lock(tx, self.id).await?;
        in_use(&before)?;
        let wish = Wish::plain(State { archived: true, ..before.state.clone() });
        let (flag, change, effects) = write(tx, actor, &before, wish, ("archived", &self.why)).await?;
        Ok(applied(&flag, change, effects))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

impl Action for RestoreFlag {
    const NAME: &'static str = "flags.restore";
    const EVENT: &'static str = "admin_flag_updated";
    const PERMISSION: Permission = Permission::FlagsEdit;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let before = store::lock(tx, self.id).await?;
        if !before.state.archived {
            return Err(Error::Conflict("It is not archived.".into()));
        }
        let wish = Wish::plain(State { archived: false, ..before.state.clone() });
        let (flag, change, effects) = write(tx, actor, &before, wish, ("restored", &self.why)).await?;
        Ok(applied(&flag, change, effects))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}
