//! Pausing, resuming and deleting exports that come by the clock.
use crate::features::exports::model::{Schedule, ScheduleState};
use crate::features::exports::store::schedules;
use crate::jobs::next_after;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Permission, Result, Target, Tx};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// A schedule that this admin may change: their own, or any for those who look after all.
async fn subject(tx: &mut Tx, actor: &Actor, id: Uuid, from: &[ScheduleState]) -> Result<Schedule> {
    let schedule = schedules::lock(tx, id).await?;
    if actor.id() != Some(schedule.owner) && !actor.may(Permission::ExportsAll) {
        return Err(Error::Forbidden(Permission::ExportsAll));
    }
    if !from.contains(&schedule.state) {
        return Err(Error::Conflict(format!("It is {} already.", schedule.state.label().to_lowercase()).into()));
    }
    Ok(schedule)
}

async fn turned(tx: &mut Tx, before: &Schedule, to: ScheduleState, next: Option<Timestamp>) -> Result<Applied<String>> {
    let after = schedules::turn(tx, before.id, to, None, next).await?;
    Ok(Applied::to(Target::of(&after), after.order.label.clone())
        .change(Change::updated(before, &after)?)
        .event(json!({ "type": after.order.dataset, "state": to.code() })))
}

/// It does not come until it is resumed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PauseExports {
    pub id: Uuid,
}

impl Action for PauseExports {
    const NAME: &'static str = "exports.pause";
    const EVENT: &'static str = "admin_export_paused";
    const PERMISSION: Permission = Permission::ExportsMake;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let before = subject(tx, actor, self.id, &[ScheduleState::Active]).await?;
        turned(tx, &before, ScheduleState::Paused, None).await
    }
}

/// It comes again, at its next time from now on: what was missed is not made up for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResumeExports {
    pub id: Uuid,
}

impl Action for ResumeExports {
    const NAME: &'static str = "exports.resume";
    const EVENT: &'static str = "admin_export_resumed";
    const PERMISSION: Permission = Permission::ExportsMake;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let before = subject(tx, actor, self.id, &[ScheduleState::Paused]).await?;
        let next = next_after(&before.rhythm.cron, &before.order.time_zone, schedules::now(tx).await?)?;
        turned(tx, &before, ScheduleState::Active, Some(next)).await
    }
}

/// It never comes again. Files that it made stay for their time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnplanExports {
    pub id: Uuid,
}

impl Action for UnplanExports {
    const NAME: &'static str = "exports.unplan";
    const EVENT: &'static str = "admin_export_unplanned";
    const PERMISSION: Permission = Permission::ExportsMake;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let before = subject(tx, actor, self.id, &[ScheduleState::Active, ScheduleState::Paused]).await?;
        let applied = turned(tx, &before, ScheduleState::Deleted, None).await?;
        Ok(applied.effect(Effect::count("schedule never comes again; files that it made stay for their time", 1)))
    }
}
