//! Every SQL statement about runs of crews: one run here, lists, the page and what jobs write beside.
pub mod chain;
pub mod dataset;
pub mod events;
pub mod failures;
pub mod follow;
pub mod list;
pub mod many;
pub mod show;

use super::model::{Run, RunState};
use crate::kernel::{Error, Result};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// A run, as its table has it.
struct Row {
    id: Uuid,
    root_id: Uuid,
    user_id: Uuid,
    crew: String,
    state: String,
    attempt: i32,
    retry_of: Option<Uuid>,
    external_id: Option<String>,
    error: Option<String>,
    kickoff_sent_at: Option<jiff_sqlx::Timestamp>,
    stop_asked_at: Option<jiff_sqlx::Timestamp>,
}

impl TryFrom<Row> for Run {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            root: row.root_id,
            user: row.user_id,
            crew: row.crew,
            state: RunState::try_from(row.state)?,
            attempt: row.attempt,
            retry_of: row.retry_of,
            external_id: row.external_id,
            error: row.error,
            stop_asked: row.stop_asked_at.is_some(),
            sent_at: row.kickoff_sent_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

/// One run.
pub async fn find(db: impl PgExecutor<'_>, id: Uuid) -> Result<Run> {
    let row = sqlx::query_as!(
        Row,
        "select id, root_id, user_id, crew, state, attempt, retry_of, external_id, left(error, 2000) as error, kickoff_sent_at, stop_asked_at
         from platform.workflow_jobs where id = $1",
        id
    )
    .fetch_optional(db)
    .await?;
    row.ok_or_else(|| Error::no("workflow"))?.try_into()
}

/// One run, locked against others until the transaction ends.
pub async fn lock(db: &mut PgConnection, id: Uuid) -> Result<Run> {
    let locked = sqlx::query!("select from platform.workflow_jobs where id = $1 for no key update", id).fetch_optional(&mut *db).await?;
    locked.ok_or_else(|| Error::no("workflow"))?;
    find(db, id).await
}

/// Ends a run; returns it as it is then.
pub async fn end(db: &mut PgConnection, id: Uuid, state: RunState, error: Option<(&str, &str)>) -> Result<Run> {
    let (text, signature) = error.unzip();
    sqlx::query!(
        "update platform.workflow_jobs set state = $2, error = coalesce($3, case when $2 = 'failed' then error end), error_signature = $4, finished_at = now(),
           next_look_at = null, current_task = null, version = version + 1
         where id = $1",
        id,
        state.code(),
        text,
        signature
    )
    .execute(&mut *db)
    .await?;
    find(db, id).await
}

/// Notes that somebody asked to stop a run; returns it as it is then.
pub async fn ask_to_stop(db: &mut PgConnection, id: Uuid) -> Result<Run> {
    sqlx::query!(
        "update platform.workflow_jobs set stop_asked_at = coalesce(stop_asked_at, now()), version = version + 1 where id = $1",
        id
    )
    .execute(&mut *db)
    .await?;
    find(db, id).await
}
