//! What an operator sees of the queue as a whole, and can do with it.
use jiff::Timestamp;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

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

/// Leaves a dead job at that. False when it is not dead.
///
/// # Errors
/// When the database cannot answer.
pub async fn discard(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<bool> {
    let discarded = sqlx::query!("update backlot.jobs set state = 'cancelled', finished_at = now() where id = $1 and state = 'dead'", id);
    Ok(discarded.execute(conn).await?.rows_affected() == 1)
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

/// Has it fire within a second; afterwards it fires when it always does. False when it is paused.
///
/// # Errors
/// When the database cannot answer.
pub async fn run_now(conn: &mut PgConnection, name: &str) -> sqlx::Result<bool> {
    let moved = sqlx::query!("update backlot.job_schedules set next_at = now() where name = $1 and not paused", name);
    Ok(moved.execute(conn).await?.rows_affected() == 1)
}
