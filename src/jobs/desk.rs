//! What an operator sees of the queue as a whole, and can do with it.
use jiff::Timestamp;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::list::State;

/// How many jobs of one name are in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    pub name: String,
    pub state: State,
    pub jobs: i64,
}

/// How many jobs of one name died, by how long ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub name: String,
    pub hour: i64,
    pub day: i64,
    pub week: i64,
    pub ever: i64,
}

/// When a job comes by the clock.
#[derive(Debug, Clone)]
pub struct ScheduleRow {
    pub name: String,
    pub cron: String,
    pub time_zone: String,
    pub next_at: Timestamp,
    pub last_at: Option<Timestamp>,
    pub paused: bool,
}

/// By name and state: all that are not over, and those that ended in the last day.
///
/// # Errors
/// When the database cannot answer.
pub async fn counts(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Count>> {
    sqlx::query_as!(
        Count,
        "select name, state as \"state: State\", count(*) as \"jobs!\" from backlot.jobs
         where state in ('waiting', 'running', 'dead')
            or (state in ('done', 'cancelled') and finished_at > now() - interval '1 day')
         group by name, state order by name, state",
    )
    .fetch_all(db)
    .await
}

/// Dead jobs by name and age, the ones with most of them first.
///
/// # Errors
/// When the database cannot answer.
pub async fn troubles(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Trouble>> {
    sqlx::query_as!(
        Trouble,
        "select name,
                count(*) filter (where finished_at > now() - interval '1 hour') as \"hour!\",
                count(*) filter (where finished_at > now() - interval '1 day') as \"day!\",
                count(*) filter (where finished_at > now() - interval '7 days') as \"week!\",
                count(*) as \"ever!\"
         from backlot.jobs where state = 'dead' group by name order by count(*) desc, name",
    )
    .fetch_all(db)
    .await
}

/// Gives a dead job as many attempts again as it had. False when it was not dead, or somebody was quicker, or a job
/// with the same key waits already.
///
/// # Errors
/// When the database cannot answer, or a job with the same key was written at the same moment.
pub async fn retry(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<bool> {
    let retried = sqlx::query!(
        "update backlot.jobs j
         set state = 'waiting', run_at = now(), finished_at = null, forgiven = attempt, progress = null
         where id = $1 and state = 'dead' and not exists (
           select from backlot.jobs other where other.dedup_key = j.dedup_key and other.state in ('waiting', 'running'))",
        id,
    )
    .execute(&mut *conn)
    .await?;
    if retried.rows_affected() == 1 {
        sqlx::query!("notify backlot_jobs").execute(conn).await?;
    }
    Ok(retried.rows_affected() == 1)
}

/// Takes a waiting job out of the queue for good. False when it does not wait: it runs, or is over.
///
/// # Errors
/// When the database cannot answer.
pub async fn cancel(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<bool> {
    let cancelled =
        sqlx::query!("update backlot.jobs set state = 'cancelled', finished_at = now() where id = $1 and state = 'waiting'", id,)
            .execute(conn)
            .await?;
    Ok(cancelled.rows_affected() == 1)
}

/// Every schedule there is, by name.
///
/// # Errors
/// When the database cannot answer.
pub async fn schedules(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<ScheduleRow>> {
    sqlx::query!("select name, cron, time_zone, next_at, last_at, paused from backlot.job_schedules order by name")
        .map(|row| ScheduleRow {
            name: row.name,
            cron: row.cron,
            time_zone: row.time_zone,
            next_at: row.next_at.to_jiff(),
            last_at: row.last_at.map(|time| time.to_jiff()),
            paused: row.paused,
        })
        .fetch_all(db)
        .await
}

/// False when it was paused already.
///
/// # Errors
/// When the database cannot answer.
pub async fn pause(conn: &mut PgConnection, name: &str) -> sqlx::Result<bool> {
    let paused = sqlx::query!("update backlot.job_schedules set paused = true where name = $1 and not paused", name);
    Ok(paused.execute(conn).await?.rows_affected() == 1)
}

/// False when it was not paused. What it missed is caught up once, at once.
///
/// # Errors
/// When the database cannot answer.
pub async fn resume(conn: &mut PgConnection, name: &str) -> sqlx::Result<bool> {
    let resumed = sqlx::query!("update backlot.job_schedules set paused = false where name = $1 and paused", name);
    Ok(resumed.execute(conn).await?.rows_affected() == 1)
}
