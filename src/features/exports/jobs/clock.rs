//! Looking at the clock: exports that come by it are started, once each time, however many servers there are.
use super::press::Press;
use crate::features::exports::actions::StartPlanned;
use crate::features::exports::model::{Order, Schedule};
use crate::features::exports::store::schedules;
use crate::jobs::{Job, JobError, NewJob, Work};
use crate::web::pairs::Pairs;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// Asks for whatever is due.
#[derive(Serialize, Deserialize)]
pub struct LookAtClock;

impl Job for LookAtClock {
    type State = Press;
    const NAME: &'static str = "exports.look_at_clock";
    const MAX_ATTEMPTS: u32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(30);

    async fn run(self, work: &mut Work<Press>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        for schedule in schedules::due(&mut tx).await? {
            NewJob::of(&KeepTime { schedule })?.dedup_key(format!("exports:schedule:{schedule}")).enqueue(&mut tx).await?;
        }
        tx.commit().await
    }
}

/// Starts the export of a schedule whose time has come.
#[derive(Serialize, Deserialize)]
pub struct KeepTime {
    pub schedule: Uuid,
}

impl Job for KeepTime {
    type State = Press;
    const NAME: &'static str = "exports.keep_time";
    const MAX_ATTEMPTS: u32 = 10;
    const TIMEOUT: Duration = Duration::from_secs(30);

    async fn run(self, work: &mut Work<Press>) -> Result<(), JobError> {
        let press = work.state().clone();
        let mut tx = work.transaction().await?;
        let schedule = schedules::find(&mut tx, self.schedule).await.map_err(JobError::retry)?;
        drop(tx);
        let (Some(due), Some(dataset)) = (schedule.next_at, press.dataset(&schedule.order.dataset)) else { return Ok(()) };
        let order = order(&schedule, due).map_err(JobError::fail)?;
        match work.perform(&press.desk, StartPlanned { schedule: self.schedule, due, order, needs: dataset.permission }).await {
            // It came already, or was paused meanwhile.
            Err(JobError::Fail { .. }) => Ok(()),
            other => other,
        }
    }
}

/// What is exported this time: of a period, its days stand in the filter and in the label.
fn order(schedule: &Schedule, due: Timestamp) -> Result<Order, String> {
    let mut order = schedule.order.clone();
    let Some(period) = schedule.rhythm.period else { return Ok(order) };
    let zone = TimeZone::get(&order.time_zone).map_err(|error| error.to_string())?;
    let (from, to) = period.before(due.to_zoned(zone).date()).ok_or("there is no such day")?;
    let mut pairs = Pairs::parse(order.filter.as_bytes()).map_err(|error| error.to_string())?;
    for (name, day) in [("from", from), ("to", to)] {
        pairs.take(name);
        pairs.0.push((name.to_owned(), day.to_string()));
    }
    order.filter = pairs.encode();
    order.label = if from == to { format!("{}, {from}", order.label) } else { format!("{}, {from} to {to}", order.label) };
    Ok(order)
}
