//! Schedules: firing one now, and keeping one from firing.
use crate::features::jobs::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Has a schedule fire now; after that it fires when it always does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunSchedule {
    pub name: String,
}

/// Keeps a schedule from firing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PauseSchedule {
    pub name: String,
}

/// Lets it fire again; what it missed is caught up once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResumeSchedule {
    pub name: String,
}

/// Locks it, changes it, and says what that did.
async fn change(tx: &mut Tx, name: String, change: store::Change) -> Result<Applied<String>> {
    let before = store::schedule(tx, &name).await?;
    store::change(tx, &before, change).await?;
    let after = store::schedule(tx, &name).await?;
    let event = json!({ "schedule": name });
    Ok(Applied::to(Target::of(&after), name).change(Change::updated(&before, &after)?).event(event))
}

macro_rules! schedule {
    ($action:ident, $name:literal, $event:literal, $change:expr) => {
        impl Action for $action {
            const NAME: &'static str = $name;
            const EVENT: &'static str = $event;
            const PERMISSION: Permission = Permission::JobsAct;
            const ASSURANCE: Assurance = Assurance::Session;
            const CAUTION: Caution = Caution::Undoable;
            type Output = String;

            async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<String>> {
                change(tx, self.name, $change).await
            }
        }
    };
}

schedule!(RunSchedule, "jobs.run_schedule", "admin_schedule_run", store::Change::Run);
schedule!(PauseSchedule, "jobs.pause_schedule", "admin_schedule_paused", store::Change::Pause);
schedule!(ResumeSchedule, "jobs.resume_schedule", "admin_schedule_resumed", store::Change::Resume);
