//! Changing what is planned or on: what users are told, and when it begins or ends.
use super::plan::{self, PlanFields};
use super::times::{Times, read};
use super::{fits, message, set_alarms};
use crate::features::maintenance::model::{State, Window};
use crate::features::maintenance::store::{self, settings};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Invalid, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Changes a window.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeMaintenance {
    pub id: Uuid,
    /// The version that was looked at.
    pub version: i32,
    pub message: String,
    /// Without a start, for a window that is on.
    pub times: Times,
}

impl Action for ChangeMaintenance {
    const NAME: &'static str = "maintenance.change";
    const EVENT: &'static str = "admin_maintenance_changed";
    const PERMISSION: Permission = Permission::MaintenanceEdit;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let now = store::hold(tx).await?;
        let before = store::find(tx, self.id).await?;
        if !before.is_to_come_or_on() {
            return Err(Error::Conflict("This window is over. Nothing was saved.".into()));
        }
        if before.version != self.version {
            return Err(Error::Conflict("This window was changed meanwhile. Nothing was saved.".into()));
        }
        let starts_at = match before.state {
            State::Planned => plan::start(&self.times, now)?,
            _ => before.starts_at,
        };
        fits(tx, self.id, &self.times, starts_at, now).await?;
        let changed = Window { message: self.message, starts_at, ends_at: self.times.end, ..before.clone() };
        if changed == before {
            return Err(Error::field("", "Nothing is different from what it was."));
        }
        let after = store::set(tx, &changed).await?;
        if after.state == State::Active {
            settings::keep_in_step(tx, Some(&after.message), actor.id()).await?;
        }
        set_alarms(tx, actor, &after).await?;
        let event = json!({ "starts_at": after.starts_at, "ends_at": after.ends_at });
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(event))
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeFields {
    pub version: Option<i32>,
    pub message: Option<String>,
    pub starts_at: Option<String>,
    pub ends_at: Option<String>,
    pub zone: Option<String>,
}

impl ChangeFields {
    /// The action that was asked for, about a window as it is now; everything that is wrong is said together.
    pub fn parse(&self, window: &Window, zone: &str) -> Result<ChangeMaintenance, Invalid> {
        let zone = self.zone.as_deref().unwrap_or(zone);
        let (message, times) = if self.starts_at.is_some() {
            plan::both(&self.as_plan(), zone, (Some(window.starts_at), window.ends_at))
        } else {
            let end = read("ends_at", self.ends_at.as_deref(), zone, window.ends_at);
            (message(self.message.as_deref()), end.map(|end| Times { start: None, end, zone: zone.to_owned() }))
        };
        let (message, times) = plan::all(message, times)?;
        Ok(ChangeMaintenance { id: window.id, version: self.version.unwrap_or_default(), message, times })
    }

    /// The fields that planning has too.
    pub fn as_plan(&self) -> PlanFields {
        PlanFields {
            message: self.message.clone(),
            starts_at: self.starts_at.clone(),
            ends_at: self.ends_at.clone(),
            zone: self.zone.clone(),
        }
    }
}
