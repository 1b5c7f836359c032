//! Attempts: a run and its repetitions, of which one at most is under way.
use crate::features::workflows::model::{Run, RunState};
use crate::kernel::{Error, Result, Tx};
use jiff::Timestamp;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// The most attempts that are shown of one chain.
const SHOWN: i64 = 12;

/// Keeps others from adding to a chain until the transaction ends; the number of its newest attempt.
pub async fn hold(db: &mut PgConnection, root: Uuid) -> Result<i32> {
    sqlx::query!("select from platform.workflow_jobs where id = $1 for no key update", root).fetch_one(&mut *db).await?;
    newest(db, root).await
}

/// The number of a chain's newest attempt.
pub async fn newest(db: impl PgExecutor<'_>, root: Uuid) -> Result<i32> {
    Ok(sqlx::query_scalar!(r#"select attempt from platform.workflow_jobs where root_id = $1 order by attempt desc limit 1"#, root)
        .fetch_one(db)
        .await?)
}

/// Adds an attempt that starts with what `run` was started with.
pub async fn again(tx: &mut Tx, run: &Run, id: Uuid, by: Option<Uuid>) -> Result<Run> {
    let added = sqlx::query!(
        r#"insert into platform.workflow_jobs (id, user_id, project_id, crew, state, inputs, tasks, tasks_total, attempt, retry_of, root_id, requested_by)
           select $2, user_id, project_id, crew, 'queued', inputs,
             case when jsonb_typeof(tasks) = 'array' then coalesce((select jsonb_agg(case when jsonb_typeof(task) = 'object' then task else '{}' end
               || '{"status": "pending", "started_at": null, "finished_at": null, "output": null, "error": null}' order by no)
               from jsonb_array_elements(tasks) with ordinality as t (task, no)), '[]') else '[]' end,
             case when jsonb_typeof(tasks) = 'array' then jsonb_array_length(tasks) else 0 end, attempt + 1, id, root_id, $3
           from platform.workflow_jobs where id = $1"#,
        run.id,
        id,
        by
    )
    .execute(&mut **tx)
    .await;
    added.map_err(|error| taken(error.into()))?;
    super::find(&mut **tx, id).await
}

/// Somebody who does not ask us added an attempt at the same moment.
fn taken(error: Error) -> Error {
    let names = ["workflow_jobs_one_active", "workflow_jobs_attempt_key", "workflow_jobs_pkey"];
    let is_taken = names.iter().any(|name| {
        matches!(&error, Error::Internal(source) if source.downcast_ref::<sqlx::Error>()
        .and_then(|error| error.as_database_error()).and_then(|error| error.constraint()) == Some(*name))
    });
    if is_taken { Error::Conflict("Another attempt of it was started at the same moment.".into()) } else { error }
}

/// An attempt, in a row of the chain.
pub struct Attempt {
    pub id: Uuid,
    pub attempt: i32,
    pub state: RunState,
    pub error: Option<String>,
    pub by: Option<String>,
    pub created_at: Timestamp,
}

/// The newest attempts of a chain, and how many there are in all.
pub async fn attempts(db: &mut PgConnection, root: Uuid) -> Result<(Vec<Attempt>, i32)> {
    let rows = sqlx::query!(
        r#"select w.id, w.attempt, w.state, left(w.error_signature, 200) as error, w.created_at,
             (select a.name from backlot.admins a where a.id = w.requested_by) as by
           from platform.workflow_jobs w where w.root_id = $1 order by w.attempt desc limit $2"#,
        root,
        SHOWN
    )
    .fetch_all(&mut *db)
    .await?;
    let all = rows.first().map_or(0, |row| row.attempt);
    let attempts = rows.into_iter().map(|row| {
        let state = RunState::try_from(row.state)?;
        Ok(Attempt { id: row.id, attempt: row.attempt, state, error: row.error, by: row.by, created_at: row.created_at.to_jiff() })
    });
    Ok((attempts.collect::<Result<_>>()?, all))
}
