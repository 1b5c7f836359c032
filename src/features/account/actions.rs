//! What an admin can change about themselves.
mod passkeys;

pub use passkeys::{AddFields, AddPasskey, RemoveFields, RemovePasskey, RenameFields, RenamePasskey};

use super::store::{self, Theme};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Invalid, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Chooses light or dark pages.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetTheme {
    pub theme: Theme,
}

impl Action for SetTheme {
    const NAME: &'static str = "account.set_theme";
    const EVENT: &'static str = "admin_theme_changed";
    const PERMISSION: Permission = Permission::Own;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let admin = actor.id().ok_or_else(|| Error::internal("only an admin has colours"))?;
        let before = store::lock(tx, admin).await?;
        store::set_theme(tx, admin, self.theme).await?;
        let after = store::lock(tx, admin).await?;
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(json!({ "theme": self.theme })))
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThemeFields {
    pub theme: Option<Theme>,
}

impl ThemeFields {
    /// The action that was asked for.
    pub fn parse(&self) -> Result<SetTheme, Invalid> {
        self.theme.map(|theme| SetTheme { theme }).ok_or_else(|| Invalid::field("theme", "Choose light, dark or the system's."))
    }
}
