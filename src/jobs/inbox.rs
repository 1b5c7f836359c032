//! What the outside tells us: remembered once, together with the job that looks into it.
use std::time::Duration;

use sqlx::PgPool;

use super::error::Error;
use super::queue::NewJob;

/// How long a message is remembered: longer than any sender tries again, and than a signature is taken for fresh.
pub(super) const KEPT: Duration = Duration::from_secs(30 * 24 * 3_600);

/// Whether a message was heard for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    New,
    Again,
}

/// Takes a message whose sender has been made sure of. `source` is who sent it, `message` their own id of it, which is the same at
/// each delivery. It only asks for a look: what is true is read from the sender by the job, so that messages may come late, twice, or
/// in any order.
///
/// # Errors
/// When the database cannot take it: the sender must be told, so that it sends it again.
pub async fn take(pool: &PgPool, source: &str, message: &str, job: &NewJob) -> Result<Taken, Error> {
    let mut tx = pool.begin().await?;
    let heard = sqlx::query!("insert into backlot.inbox (source, message) values ($1, $2) on conflict do nothing", source, message)
        .execute(&mut *tx)
        .await?;
    if heard.rows_affected() == 0 {
        return Ok(Taken::Again);
    }
    job.enqueue(&mut tx).await?;
    tx.commit().await?;
    Ok(Taken::New)
}

/// Forgets old messages, some at once; how many.
///
/// # Errors
/// When the database cannot answer.
pub(super) async fn forget(pool: &PgPool, most: i64) -> sqlx::Result<u64> {
    let forgotten = sqlx::query!(
        "delete from backlot.inbox where (source, message) in (
           select source, message from backlot.inbox where received_at < now() - make_interval(secs => $1)
           order by received_at limit $2)",
        KEPT.as_secs_f64(),
        most,
    )
    .execute(pool)
    .await?;
    Ok(forgotten.rows_affected())
}

/// Where messages of the outside are taken; cheap to clone.
#[derive(Clone)]
pub struct Inbox(PgPool);

impl Inbox {
    /// Over the pool of the server's own role.
    pub fn new(pool: PgPool) -> Self {
        Self(pool)
    }

    /// As [`take`].
    ///
    /// # Errors
    /// As [`take`].
    pub async fn take(&self, source: &str, message: &str, job: &NewJob) -> Result<Taken, Error> {
        take(&self.0, source, message, job).await
    }
}
