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
        // Refused and counted before others are kept waiting, and looked at again once nobody else can begin.
        refuse_if_on(tx, &self.times).await?;
        let effects = hit(tx, self.times.end.is_none()).await?;
        let now = store::hold(tx).await?;
        refuse_if_on(tx, &self.times).await?;
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
        Ok(effects.into_iter().fold(applied, Applied::effect))
    }
}

async fn refuse_if_on(tx: &mut Tx, times: &Times) -> Result<()> {
    let Some(open) = store::open(tx).await? else { return Ok(()) };
    let since = times.words(open.started_at.unwrap_or(open.starts_at));
    let message = crate::web::show::short(&open.message, 60);
    Err(Error::Conflict(format!("Maintenance is on already, since {since}: “{message}”.").into()))
}

/// Whom and what it hits.
async fn hit(tx: &mut Tx, is_endless: bool) -> Result<Vec<Effect>> {
    let users = due::active_users(tx).await?;
    let work = due::open_work(tx).await?;
    let planned = if is_endless { due::planned(tx).await? } else { 0 };
    let mut effects = vec![
        Effect::crowd("users were active within the last 15 minutes", users, Vec::new()),
        Effect::crowd("generations are waiting or running", work.generations, Vec::new()),
        Effect::crowd("workflows are waiting or running", work.workflows, Vec::new()),
        Effect::crowd("trainings are waiting or running", work.trainings, Vec::new()),
    ];
    if planned > 0 {
        effects.push(Effect::count("planned windows: one that comes while this is still on is dropped", planned));
    }
    Ok(effects)
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
