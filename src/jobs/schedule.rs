//! Jobs that come by the clock: once each time, however many servers there are.
use std::str::FromStr;

use croner::Cron;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};
use tokio_util::sync::CancellationToken;

use super::error::Error;
use super::queue::NewJob;
use super::runner::within;
use super::settings::Settings;

/// A job and when it comes.
pub(super) struct Schedule {
    name: String,
    times: Times,
    job: NewJob,
}

struct Times {
    cron: Cron,
    zone: TimeZone,
    zone_name: String,
}

impl Schedule {
    pub(super) fn new(name: &str, cron: &str, zone_name: &str, job: NewJob) -> Result<Self, Error> {
        // One that still waits or runs does the work of the next one too.
        let job = job.dedup_key(format!("schedule:{name}"));
        let times = Times::parse(cron, zone_name).map_err(|why| Error::Schedule { name: name.into(), why })?;
        Ok(Self { name: name.into(), times, job })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    fn next_after(&self, now: Timestamp) -> Result<Timestamp, Error> {
        self.times.next_after(now).map_err(|why| Error::Schedule { name: self.name.clone(), why })
    }
}

impl Times {
    fn parse(cron: &str, zone_name: &str) -> Result<Self, String> {
        Ok(Self {
            cron: Cron::from_str(cron).map_err(|error| error.to_string())?,
            zone: TimeZone::get(zone_name).map_err(|error| error.to_string())?,
            zone_name: zone_name.into(),
        })
    }

    fn next_after(&self, now: Timestamp) -> Result<Timestamp, String> {
        let next = self.cron.find_next_occurrence(&now.to_zoned(self.zone.clone()), false);
        Ok(next.map_err(|error| error.to_string())?.timestamp())
    }
}

/// When `cron` comes next in `time_zone`. A time that the clocks skip comes right after the gap; one that they show
/// twice comes once; an interval ("every ten minutes") goes by what the clocks show.
///
/// # Errors
/// When the times or the zone make no sense, or there is no such time any more.
pub fn next_after(cron: &str, time_zone: &str, now: Timestamp) -> Result<Timestamp, Error> {
    Times::parse(cron, time_zone).and_then(|times| times.next_after(now)).map_err(|why| Error::Schedule { name: cron.into(), why })
}

/// Fires what is due until `stop`.
pub(super) async fn keep(pool: &PgPool, schedules: &[Schedule], settings: &Settings, stop: CancellationToken) {
    if schedules.is_empty() {
        return;
    }
    let mut adopted = false;
    loop {
        if !adopted {
            adopted = told(adopt(pool, schedules).await).is_some();
        }
        if adopted {
            told(fire(pool, schedules, settings).await);
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(settings.poll) => {}
        }
    }
}

fn told<T>(result: Result<T, Error>) -> Option<T> {
    result.inspect_err(|error| tracing::warn!(%error, "the schedules")).ok()
}

/// Writes down what this version schedules. A changed time counts from now; an unchanged one keeps its turn.
async fn adopt(pool: &PgPool, schedules: &[Schedule]) -> Result<(), Error> {
    let mut tx = pool.begin().await?;
    let now = sqlx::query_scalar!("select now() as \"now!\"").fetch_one(&mut *tx).await?.to_jiff();
    for schedule in schedules {
        sqlx::query!(
            "insert into backlot.job_schedules as known (name, cron, time_zone, next_at) values ($1, $2, $3, $4)
             on conflict (name) do update set cron = $2, time_zone = $3, next_at = $4
             where (known.cron, known.time_zone) is distinct from ($2, $3)",
            schedule.name,
            schedule.times.cron.as_str(),
            schedule.times.zone_name,
            schedule.next_after(now)?.to_sqlx() as _,
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Fires each schedule that is due. One that cannot be fired does not keep the others from it.
async fn fire(pool: &PgPool, schedules: &[Schedule], settings: &Settings) -> Result<(), Error> {
    let names: Vec<String> = schedules.iter().map(|schedule| schedule.name.clone()).collect();
    let due = sqlx::query_scalar!(
        "select name from backlot.job_schedules where not paused and next_at <= now() and name = any($1) order by name",
        &names,
    );
    let due = within(settings.patience, due.fetch_all(pool)).await?;
    for schedule in schedules.iter().filter(|schedule| due.contains(&schedule.name)) {
        told(within(settings.patience, fire_one(pool, schedule)).await);
    }
    Ok(())
}

/// The row's lock and the moved time make it once: who comes second finds it no longer due.
async fn fire_one(pool: &PgPool, schedule: &Schedule) -> Result<(), Error> {
    let mut tx = pool.begin().await?;
    let now = sqlx::query_scalar!(
        "select now() as \"now!\" from backlot.job_schedules where name = $1 and not paused and next_at <= now()
         for update skip locked",
        schedule.name,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(now) = now else { return Ok(()) };
    // From now, not from the time it was due: of all that was missed, this is the one that is caught up.
    let next = schedule.next_after(now.to_jiff())?;
    move_on(&mut tx, &schedule.name, next).await?;
    let job = schedule.job.enqueue(&mut tx).await?;
    tx.commit().await?;
    tracing::info!(schedule = schedule.name, ?job, %next, "a schedule fired");
    Ok(())
}

async fn move_on(conn: &mut PgConnection, name: &str, next: Timestamp) -> Result<(), Error> {
    sqlx::query!("update backlot.job_schedules set last_at = next_at, next_at = $2 where name = $1", name, next.to_sqlx() as _,)
        .execute(conn)
        .await?;
    Ok(())
}
