//! The claim on a job: taking it, keeping it, and giving it back, each only while it is still ours.
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::settings::Settings;

/// The right to change one job. Every statement here names id, owner and attempt, and does nothing when they are past.
#[derive(Debug, Clone)]
pub(super) struct Lease {
    pub id: Uuid,
    pub owner: Arc<str>,
    pub attempt: i32,
}

/// A job as its worker gets it.
#[derive(Debug)]
pub(super) struct Claimed {
    pub lease: Lease,
    pub name: String,
    pub payload: Value,
    pub cause: Option<Uuid>,
    pub request_id: Option<Uuid>,
}

/// Takes up to `wanted` jobs that are due and known here, the most urgent first.
///
/// An array and not a join: with a limit it does not know, the planner would read the whole table for it.
pub(super) async fn claim(pool: &PgPool, owner: &Arc<str>, names: &[String], wanted: usize, lease: Duration) -> sqlx::Result<Vec<Claimed>> {
    let rows = sqlx::query!(
        "with due as (
           select id from backlot.jobs
           where state = 'waiting' and run_at <= now() and name = any($2)
           order by priority desc, run_at, id limit $3
           for update skip locked)
         update backlot.jobs j
         set state = 'running', owner = $1, attempt = attempt + 1, started_at = now(), heartbeat = now(),
             lease_until = now() + make_interval(secs => $4)
         where id = any(array(select id from due))
         returning id, name, payload, attempt, cause, request_id",
        &**owner,
        names,
        i64::try_from(wanted).unwrap_or(i64::MAX),
        lease.as_secs_f64(),
    )
    .fetch_all(pool)
    .await?;
    let claimed = rows.into_iter().map(|row| Claimed {
        lease: Lease { id: row.id, owner: owner.clone(), attempt: row.attempt },
        name: row.name,
        payload: row.payload,
        cause: row.cause,
        request_id: row.request_id,
    });
    Ok(claimed.collect())
}

impl Lease {
    /// Done. Run in the transaction of the job's own changes, so that they stand or fall together.
    pub(super) async fn finish(&self, conn: impl PgExecutor<'_>) -> sqlx::Result<bool> {
        let done = sqlx::query!(
            "update backlot.jobs
             set state = 'done', finished_at = now(), owner = null, lease_until = null
             where id = $1 and owner = $2 and attempt = $3 and state = 'running'",
            self.id,
            &*self.owner,
            self.attempt,
        )
        .execute(conn)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Still at it, and this far. The same fence as the end, so that no step of a lost attempt can be committed.
    pub(super) async fn progress(&self, conn: impl PgExecutor<'_>, percent: Option<u8>) -> sqlx::Result<bool> {
        let kept = sqlx::query!(
            "update backlot.jobs set progress = coalesce($4, progress), heartbeat = now()
             where id = $1 and owner = $2 and attempt = $3 and state = 'running'",
            self.id,
            &*self.owner,
            self.attempt,
            percent.map(|percent| i32::from(percent.min(100))),
        )
        .execute(conn)
        .await?;
        Ok(kept.rows_affected() == 1)
    }

    /// Back to the queue after a growing pause, or dead when the attempts are used up.
    pub(super) async fn retry(
        &self,
        pool: &PgPool,
        why: &str,
        after: Option<Duration>,
        settings: &Settings,
    ) -> sqlx::Result<Option<String>> {
        sqlx::query_scalar!(
            "update backlot.jobs set
               state = case when attempt - forgiven >= max_attempts then 'dead' else 'waiting' end,
               finished_at = case when attempt - forgiven >= max_attempts then now() end,
               run_at = now() + make_interval(secs => coalesce($5,
                 least($6 * 2 ^ least(attempt - forgiven - 1, 30), $7) * (0.5 + random() / 2))),
               last_error = $4, owner = null, lease_until = null
             where id = $1 and owner = $2 and attempt = $3 and state = 'running'
             returning state",
            self.id,
            &*self.owner,
            self.attempt,
            why,
            after.map(|pause| pause.as_secs_f64()),
            settings.backoff.as_secs_f64(),
            settings.backoff_max.as_secs_f64(),
        )
        .fetch_optional(pool)
        .await
    }

    /// Dead at once.
    pub(super) async fn bury(&self, pool: &PgPool, why: &str) -> sqlx::Result<bool> {
        let buried = sqlx::query!(
            "update backlot.jobs
             set state = 'dead', finished_at = now(), last_error = $4, owner = null, lease_until = null
             where id = $1 and owner = $2 and attempt = $3 and state = 'running'",
            self.id,
            &*self.owner,
            self.attempt,
            why,
        )
        .execute(pool)
        .await?;
        Ok(buried.rows_affected() == 1)
    }

    /// Back to the queue at once because this server stops; the attempt does not count.
    pub(super) async fn release(&self, pool: &PgPool) -> sqlx::Result<bool> {
        let released = sqlx::query!(
            "update backlot.jobs
             set state = 'waiting', forgiven = forgiven + 1, run_at = now(), owner = null, lease_until = null
             where id = $1 and owner = $2 and attempt = $3 and state = 'running'",
            self.id,
            &*self.owner,
            self.attempt,
        )
        .execute(pool)
        .await?;
        Ok(released.rows_affected() == 1)
    }
}
