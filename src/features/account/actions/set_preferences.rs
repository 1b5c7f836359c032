//! Choosing a time zone, and whether single keys do something.
use super::own;
use crate::features::account::{model, store};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Invalid, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Keeps what an admin prefers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetPreferences {
    pub time_zone: String,
    pub shortcuts: bool,
}

impl Action for SetPreferences {
    const NAME: &'static str = "account.set_preferences";
    const EVENT: &'static str = "admin_preferences_changed";
    const PERMISSION: Permission = Permission::Own;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let admin = own(actor)?;
        let before = store::lock(tx, admin).await?;
        store::set_preferences(tx, admin, &self.time_zone, self.shortcuts).await?;
        let after = store::lock(tx, admin).await?;
        Ok(Applied::to(Target::of(&after), ())
            .change(Change::updated(&before, &after)?)
            .event(json!({ "time_zone": self.time_zone, "shortcuts": self.shortcuts })))
    }
}

/// The form. A box that is not ticked is not sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreferenceFields {
    pub time_zone: Option<String>,
    pub shortcuts: Option<Ticked>,
}

/// A box that is ticked.
#[derive(Clone, Copy, Debug, Deserialize)]
pub enum Ticked {
    #[serde(rename = "yes")]
    Yes,
}

impl PreferenceFields {
    /// The action that was asked for.
    pub fn parse(&self) -> Result<SetPreferences, Invalid> {
        let known = self.time_zone.as_ref().filter(|zone| model::zones().contains(zone));
        let time_zone = known.ok_or_else(|| Invalid::field("time_zone", "Choose a time zone from the list."))?.clone();
        Ok(SetPreferences { time_zone, shortcuts: self.shortcuts.is_some() })
    }
}
