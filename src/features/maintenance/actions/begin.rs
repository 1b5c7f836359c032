//! Beginning at once: users are turned away from now on.
use super::times::{Times, read};
use super::{fits, message, set_alarms};
use crate::features::maintenance::model::{State, Window};
use crate::features::maintenance::store::{self, due, settings};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Invalid, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Begins maintenance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BeginMaintenance {
    /// Chosen by the form, so that what was shown and what is done are the same.
    pub window: Uuid,
    pub message: String,
    pub times: Times,
}

impl Action for BeginMaintenance {
    const NAME: &'static str = "maintenance.begin";
    const EVENT: &'static str = "admin_maintenance_toggled";
    const PERMISSION: Permission = Permission::MaintenanceEdit;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let now = store::hold(tx).await?;
        if let Some(open) = store::open(tx).await? {
            return Err(Error::Conflict(already(&open, &self.times).into()));
        }
        fits(tx, self.window, &self.times, now, now).await?;
        let window = Window {
            id: self.window,
            state: State::Active,
            message: self.message,
            starts_at: now,
            ends_at: self.times.end,
            started_at: Some(now),
            ended_at: None,
            ended_why: None,
            version: 1,
        };
        store::add(tx, &window, actor.id()).await?;
        settings::keep_in_step(tx, Some(&window.message), actor.id()).await?;
        set_alarms(tx, actor, &window).await?;
        let applied = Applied::to(Target::of(&window), ()).change(Change::made(&window)?).event(json!({ "enabled": true }));
        told(tx, applied, &window).await
    }
}

fn already(open: &Window, times: &Times) -> String {
    let since = times.words(open.started_at.unwrap_or(open.starts_at));
    format!("Maintenance is on already, since {since}: “{}”.", crate::web::show::short(&open.message, 60))
}

/// Whom and what it hits.
async fn told(tx: &mut Tx, applied: Applied<()>, window: &Window) -> Result<Applied<()>> {
    let users = due::active_users(tx).await?;
    let work = due::open_work(tx).await?;
    let planned = if window.ends_at.is_none() { due::planned(tx).await? } else { 0 };
    let applied = applied
        .effect(Effect::crowd("users were active within the last 15 minutes", users, Vec::new()))
        .effect(Effect::crowd("generations are waiting or running", work.generations, Vec::new()))
        .effect(Effect::crowd("workflows are waiting or running", work.workflows, Vec::new()))
        .effect(Effect::crowd("trainings are waiting or running", work.trainings, Vec::new()));
    Ok(match planned {
        0 => applied,
        planned => applied.effect(Effect::count("planned windows: one that comes while this is still on is dropped", planned)),
    })
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeginFields {
    pub window: Option<Uuid>,
    pub message: Option<String>,
    pub ends_at: Option<String>,
    pub zone: Option<String>,
}

impl BeginFields {
    /// The action that was asked for; everything that is wrong is said together.
    pub fn parse(&self, zone: &str) -> Result<BeginMaintenance, Invalid> {
        let zone = self.zone.as_deref().unwrap_or(zone);
        let window = self.window.ok_or_else(|| Invalid::field("message", "Open this form again: it is not whole."));
        match (window, message(self.message.as_deref()), read("ends_at", self.ends_at.as_deref(), zone, None)) {
            (Ok(window), Ok(message), Ok(end)) => {
                Ok(BeginMaintenance { window, message, times: Times { start: None, end, zone: zone.to_owned() } })
            }
            (window, message, end) => Err(Invalid {
                fields: [window.err(), message.err(), end.err()].into_iter().flatten().flat_map(|wrong| wrong.fields).collect(),
            }),
        }
    }
}
