//! Changing one's name: what colleagues read, and what the audit log writes from then on.
use super::own;
use crate::features::account::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Invalid, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The longest name, in characters.
const LONGEST: usize = 200;

/// Gives an admin another name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetName {
    pub name: String,
}

impl Action for SetName {
    const NAME: &'static str = "account.set_name";
    const EVENT: &'static str = "admin_name_changed";
    const PERMISSION: Permission = Permission::Own;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let admin = own(actor)?;
        let before = store::lock(tx, admin).await?;
        store::set_name(tx, admin, &self.name).await?;
        let after = store::lock(tx, admin).await?;
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(json!({ "admin_id": admin })))
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameFields {
    pub name: Option<String>,
}

impl NameFields {
    /// The action that was asked for.
    pub fn parse(&self) -> Result<SetName, Invalid> {
        let name = self.name.as_deref().unwrap_or_default().trim();
        let refused = |sentence: &str| Err(Invalid::field("name", sentence));
        match name.chars().count() {
            length if length > LONGEST => refused(&format!("Use at most {LONGEST} characters; these are {length}.")),
            _ if !name.chars().any(char::is_alphanumeric) => refused("Write the name that your colleagues know you by."),
            _ if name.contains(char::is_control) => refused("Write it in one line."),
            _ => Ok(SetName { name: name.to_owned() }),
        }
    }
}
