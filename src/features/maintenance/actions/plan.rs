//! Planning a window: it begins and ends by itself.
use super::times::{Times, read};
use super::{fits, message, set_alarms};
use crate::features::maintenance::model::{State, Window};
use crate::features::maintenance::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Invalid, Permission, Result, Target, Tx};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// How far ahead somebody may plan, in days.
const FURTHEST_DAYS: i64 = 366;

/// Plans a window.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlanMaintenance {
    pub window: Uuid,
    pub message: String,
    pub times: Times,
}

impl Action for PlanMaintenance {
    const NAME: &'static str = "maintenance.plan";
    const EVENT: &'static str = "admin_maintenance_planned";
    const PERMISSION: Permission = Permission::MaintenanceEdit;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let now = store::hold(tx).await?;
        let starts_at = start(&self.times, now)?;
        fits(tx, self.window, &self.times, starts_at, now).await?;
        let window = Window {
            id: self.window,
            state: State::Planned,
            message: self.message,
            starts_at,
            ends_at: self.times.end,
            started_at: None,
            ended_at: None,
            ended_why: None,
            version: 1,
        };
        store::add(tx, &window, actor.id()).await?;
        set_alarms(tx, actor, &window).await?;
        let event = json!({ "starts_at": window.starts_at, "ends_at": window.ends_at });
        Ok(Applied::to(Target::of(&window), self.times.words(starts_at)).change(Change::made(&window)?).event(event))
    }
}

/// When a planned window begins: in the future, and not too far.
///
/// # Errors
/// What is wrong with `starts_at`.
pub(super) fn start(times: &Times, now: Timestamp) -> Result<Timestamp> {
    let start = times.start.ok_or_else(|| Error::field("starts_at", "Say when it begins."))?;
    if start <= now {
        return Err(Error::field("starts_at", format!("{} has passed. To begin at once, choose “Begin now”.", times.words(start))));
    }
    if start.duration_since(now) > SignedDuration::from_hours(24 * FURTHEST_DAYS) {
        return Err(Error::field("starts_at", "Plan at most a year ahead."));
    }
    Ok(start)
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFields {
    pub message: Option<String>,
    pub starts_at: Option<String>,
    pub ends_at: Option<String>,
    pub zone: Option<String>,
}

impl PlanFields {
    /// The action that was asked for; everything that is wrong is said together.
    pub fn parse(&self, window: Uuid, zone: &str) -> Result<PlanMaintenance, Invalid> {
        let zone = self.zone.as_deref().unwrap_or(zone);
        let (message, times) = both(self, zone, (None, None));
        let (message, times) = all(message, times)?;
        Ok(PlanMaintenance { window, message, times })
    }
}

/// Message and times, read with what stood there before.
pub(super) fn both(
    fields: &PlanFields,
    zone: &str,
    known: (Option<Timestamp>, Option<Timestamp>),
) -> (Result<String, Invalid>, Result<Times, Invalid>) {
    let demand = |field: &'static str, read: Result<Option<Timestamp>, Invalid>, sentence: &str| {
        read.and_then(|at| at.map(Some).ok_or_else(|| Invalid::field(field, sentence)))
    };
    let start = demand("starts_at", read("starts_at", fields.starts_at.as_deref(), zone, known.0), "Say when it begins.");
    let end = demand("ends_at", read("ends_at", fields.ends_at.as_deref(), zone, known.1), "Say when it ends. It can be extended.");
    let times = all(start, end).map(|(start, end)| Times { start, end, zone: zone.to_owned() });
    (message(fields.message.as_deref()), times)
}

/// Both, or everything that is wrong with either.
pub(super) fn all<A, B>(one: Result<A, Invalid>, other: Result<B, Invalid>) -> Result<(A, B), Invalid> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (one, other) => {
            let wrong = [one.err(), other.err()].into_iter().flatten();
            Err(Invalid { fields: wrong.flat_map(|wrong| wrong.fields).collect() })
        }
    }
}
