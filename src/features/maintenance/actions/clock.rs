//! What Backlot itself does when a window's time has come. Each looks at the window once more: whoever was faster has done it.
use super::{set_alarms, wake_waiting};
use crate::features::maintenance::model::{Due, State, Why, Window};
use crate::features::maintenance::store::{self, due, settings};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// The window, if this is what its time asks for.
async fn still_due(tx: &mut Tx, id: Uuid, wanted: &[Due]) -> Result<(Window, Due)> {
    match due::of(tx, id).await? {
        Some(due) if wanted.contains(&due) => Ok((store::find(tx, id).await?, due)),
        // Nothing went wrong, so nothing goes on the record.
        _ => Err(Error::NotFound("Nothing is to be done with this window now.".into())),
    }
}

/// Begins a planned window.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StartPlanned {
    pub id: Uuid,
}

impl Action for StartPlanned {
    const NAME: &'static str = "maintenance.start_planned";
    const EVENT: &'static str = "admin_maintenance_toggled";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let now = store::hold(tx).await?;
        let (before, _) = still_due(tx, self.id, &[Due::Start]).await?;
        let after = store::set(tx, &Window { state: State::Active, started_at: Some(now), ..before.clone() }).await?;
        settings::keep_in_step(tx, Some(&after.message), None).await?;
        set_alarms(tx, actor, &after).await?;
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(json!({ "enabled": true })))
    }
}

/// Ends a window at its time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndOnTime {
    pub id: Uuid,
}

impl Action for EndOnTime {
    const NAME: &'static str = "maintenance.end_on_time";
    const EVENT: &'static str = "admin_maintenance_toggled";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let now = store::hold(tx).await?;
        let (before, _) = still_due(tx, self.id, &[Due::End]).await?;
        let after = store::close(tx, self.id, State::Ended, Why::OnTime, None).await?;
        settings::keep_in_step(tx, None, None).await?;
        wake_waiting(tx, actor, &after, now).await?;
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(json!({ "enabled": false })))
    }
}

/// Drops a planned window that cannot come any more: nobody ran while it was to be, or maintenance was on already.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DropPlanned {
    pub id: Uuid,
}

impl Action for DropPlanned {
    const NAME: &'static str = "maintenance.drop_planned";
    const EVENT: &'static str = "admin_maintenance_dropped";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<()>> {
        store::hold(tx).await?;
        let (before, due) = still_due(tx, self.id, &[Due::Miss, Due::Overtake]).await?;
        let why = if due == Due::Miss { Why::Missed } else { Why::Overtaken };
        let after = store::close(tx, self.id, State::Cancelled, why, None).await?;
        let event = json!({ "starts_at": after.starts_at, "ends_at": after.ends_at, "why": why });
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(event))
    }
}
