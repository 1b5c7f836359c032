//! An export whose time has come. Done by its job.
use super::start::enqueue;
use crate::features::exports::model::{Order, ScheduleState};
use crate::features::exports::store::{self, Owner, schedules};
use crate::jobs::next_after;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx, Why, id};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Starts the export of a schedule, and sets its next time; whoever may not export any more finds it paused.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StartPlanned {
    pub schedule: Uuid,
    /// The time that has come: another one is not this action's.
    pub due: Timestamp,
    pub order: Order,
    pub needs: Permission,
}

impl Action for StartPlanned {
    const NAME: &'static str = "exports.start_planned";
    const EVENT: &'static str = "admin_export_started";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let before = schedules::lock(tx, self.schedule).await?;
        if before.state != ScheduleState::Active || before.next_at != Some(self.due) {
            return Err(Error::Conflict("It came already, or does not come any more.".into()));
        }
        let event = json!({ "type": self.order.dataset, "format": self.order.format.code() });
        let role = schedules::role(tx, before.owner).await?;
        if !role.is_some_and(|role| self.needs.held_by(role) && Permission::ExportsMake.held_by(role)) {
            let why = Some("Its owner may not export this any more.");
            let after = schedules::turn(tx, self.schedule, ScheduleState::Paused, why, None).await?;
            return Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(event));
        }
        // From now, not from the time it was due: of all that was missed, this is the one that is caught up.
        let next = next_after(&before.rhythm.cron, &before.order.time_zone, schedules::now(tx).await?)?;
        schedules::came(tx, self.schedule, next).await?;
        let export = id::new();
        let job = enqueue(tx, actor, export).await?;
        let owner = Owner { admin: before.owner, schedule: Some(self.schedule), keep_hours: Some(before.rhythm.keep_hours), job };
        let made = store::insert(tx, export, &self.order, owner).await?;
        Ok(Applied::to(Target::of(&made), ()).change(Change::made(&made)?).event(event))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.order.why)
    }
}
