//! Making a flag.
use super::edit::{FlagFields, Values};
use super::{effects, turn};
use crate::features::flags::model::{self, Flag, State};
use crate::features::flags::store::{self, versions};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Invalid, Permission, Result, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Makes a flag.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CreateFlag {
    pub id: Uuid,
    pub values: Values,
    pub why: Why,
}

impl Action for CreateFlag {
    const NAME: &'static str = "flags.create";
    const EVENT: &'static str = "admin_flag_created";
    const PERMISSION: Permission = Permission::FlagsEdit;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let now = store::now(tx).await?;
        let state = self.values.new_state();
        // The salt outlives a change of the name, or everybody would be drawn anew.
        let salt = format!("{}-{}", state.name.chars().take(60).collect::<String>(), self.id.simple());
        let flag = Flag { id: self.id, salt, version: 1, created_at: now, updated_at: now, state };
        let nothing = Flag { state: State { enabled: false, ..flag.state.clone() }, ..flag.clone() };
        let swing = turn(tx, &nothing, &flag, false).await?;
        store::insert(tx, &flag, actor.id()).await?;
        versions::write(tx, None, &flag, "created", (actor.id(), self.why.reason.as_deref())).await?;
        let applied = Applied::to(flag.target(), flag.state.name.clone())
            .change(model::change(flag.target(), None, &flag.state))
            .event(json!({ "flag_name": flag.state.name }));
        Ok(effects(swing).into_iter().fold(applied, Applied::effect))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

impl CreateFlag {
    /// The flag that a form asks for. Its id comes with the form, so that what is shown, confirmed and sent again is one flag.
    pub fn parse(fields: &FlagFields) -> Result<Self, Invalid> {
        let id = fields.id.ok_or_else(|| Invalid::field("", "Open the form again: it does not say which flag it makes."))?;
        Ok(Self { id, values: fields.values()?, why: Why::optional(fields.reason.as_deref(), fields.ticket.as_deref())? })
    }
}
