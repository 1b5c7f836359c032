//! Ending by hand, and taking that back within a quarter of an hour.
use super::times::Times;
use super::{fits, set_alarms, wake_waiting};
use crate::features::maintenance::model::{State, Why, Window};
use crate::features::maintenance::store::{self, settings};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// How long ending can be taken back.
const MINUTES: i64 = 15;

/// Ends maintenance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndMaintenance {
    pub id: Uuid,
}

impl Action for EndMaintenance {
    const NAME: &'static str = "maintenance.end";
    const EVENT: &'static str = "admin_maintenance_toggled";
    const PERMISSION: Permission = Permission::MaintenanceEdit;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let now = store::hold(tx).await?;
        let before = store::find(tx, self.id).await?;
        if before.state != State::Active {
            return Err(Error::Conflict("This maintenance is over already.".into()));
        }
        let after = store::close(tx, self.id, State::Ended, Why::ByHand, actor.id()).await?;
        settings::keep_in_step(tx, None, actor.id()).await?;
        wake_waiting(tx, actor, &after, now).await?;
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(json!({ "enabled": false })))
    }
}

/// Takes an ending back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReopenMaintenance {
    pub id: Uuid,
}

impl Action for ReopenMaintenance {
    const NAME: &'static str = "maintenance.reopen";
    const EVENT: &'static str = "admin_maintenance_toggled";
    const PERMISSION: Permission = Permission::MaintenanceEdit;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let now = store::hold(tx).await?;
        let before = store::find(tx, self.id).await?;
        if store::open(tx).await?.is_some() {
            return Err(Error::Conflict("Maintenance is on already.".into()));
        }
        if !is_fresh(&before, now) {
            let sentence = format!("Only what was ended by hand can be taken back, within {MINUTES} minutes and before its own end.");
            return Err(Error::Conflict(sentence.into()));
        }
        let times = Times { start: None, end: before.ends_at, zone: "UTC".into() };
        fits(tx, self.id, &times, before.starts_at, now).await.map_err(as_conflict)?;
        let after = store::reopen(tx, self.id).await?;
        settings::keep_in_step(tx, Some(&after.message), actor.id()).await?;
        set_alarms(tx, actor, &after).await?;
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(json!({ "enabled": true })))
    }
}

fn is_fresh(window: &Window, now: Timestamp) -> bool {
    let lately = |ended: Timestamp| now.duration_since(ended) < SignedDuration::from_mins(MINUTES);
    window.ended_why == Some(Why::ByHand)
        && window.state == State::Ended
        && window.ended_at.is_some_and(lately)
        && window.ends_at.is_none_or(|end| end > now)
}

/// There is no field that could be corrected.
fn as_conflict(error: Error) -> Error {
    match error {
        Error::Invalid(invalid) => Error::Conflict(invalid.to_string().into()),
        other => other,
    }
}

/// The form of either.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndFields {}
