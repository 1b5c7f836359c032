//! The switch of a flag: off for everybody at once, and on again.
use super::{Losers, Wish, applied, in_use, write};
use crate::features::flags::model::State;
use crate::features::flags::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Error, Permission, Result, Tx, Why};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Turns a flag off for everybody: the one thing that must not ask first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KillFlag {
    pub id: Uuid,
}

/// Turns a flag on again, for whom it was on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TurnOnFlag {
    pub id: Uuid,
    pub why: Why,
}

impl Action for KillFlag {
    const NAME: &'static str = "flags.kill";
    const EVENT: &'static str = "admin_flag_updated";
    const PERMISSION: Permission = Permission::FlagsEdit;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        turn(tx, actor, self.id, (false, &Why::default())).await
    }
}

impl Action for TurnOnFlag {
    const NAME: &'static str = "flags.turn_on";
    const EVENT: &'static str = "admin_flag_updated";
    const PERMISSION: Permission = Permission::FlagsEdit;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        turn(tx, actor, self.id, (true, &self.why)).await
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

async fn turn(tx: &mut Tx, actor: &Actor, id: Uuid, (on, why): (bool, &Why)) -> Result<Applied<String>> {
    let before = store::lock(tx, id).await?;
    in_use(&before)?;
    if before.state.enabled == on {
        return Err(Error::Conflict(format!("It is {} already.", if on { "on" } else { "off" }).into()));
    }
    let wish = Wish { after: State { enabled: on, ..before.state.clone() }, losers: if on { Losers::Lose } else { Losers::Uncounted } };
    let (flag, change, effects) = write(tx, actor, &before, wish, (if on { "turned on" } else { "turned off" }, why)).await?;
    Ok(applied(&flag, change, effects))
}
