//! What jobs read and write while they start a run and follow it: each step holds the run's row.
use crate::features::workflows::model::RunState;
use crate::kernel::{Error, Result};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;

/// A run, as those who follow it see it.
pub struct Followed {
    pub crew: String,
    pub state: RunState,
    pub external_id: Option<String>,
    pub gateway_mode: Option<String>,
    pub sent_at: Option<Timestamp>,
    pub next_look_at: Option<Timestamp>,
    pub tasks: Value,
    pub now: Timestamp,
    pub created_at: Timestamp,
}

/// One run, held until the transaction ends; nothing, when the platform has forgotten it.
pub async fn hold(db: &mut PgConnection, run: Uuid) -> Result<Option<Followed>> {
    let row = sqlx::query!(
        r#"select crew, state, external_id, gateway_mode, kickoff_sent_at, next_look_at, tasks, created_at, clock_timestamp() as "now!: jiff_sqlx::Timestamp"
           from platform.workflow_jobs where id = $1 for no key update"#,
        run
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Followed {
        crew: row.crew,
        state: RunState::try_from(row.state)?,
        external_id: row.external_id,
        gateway_mode: row.gateway_mode,
        sent_at: row.kickoff_sent_at.map(|at| at.to_jiff()),
        next_look_at: row.next_look_at.map(|at| at.to_jiff()),
        tasks: row.tasks,
        now: row.now.to_jiff(),
        created_at: row.created_at.to_jiff(),
    }))
}

/// What a run is started with.
pub async fn inputs(db: &mut PgConnection, run: Uuid) -> Result<Value> {
    Ok(sqlx::query_scalar!("select inputs from platform.workflow_jobs where id = $1", run).fetch_one(db).await?)
}

/// Notes that its kickoff is about to be sent: from now on it may have been started.
pub async fn sending(db: &mut PgConnection, run: Uuid, mode: Option<&str>) -> Result<()> {
    sqlx::query!("update platform.workflow_jobs set kickoff_sent_at = now(), gateway_mode = $2 where id = $1", run, mode)
        .execute(db)
        .await?;
    Ok(())
}

/// Nothing was sent after all.
pub async fn not_sent(db: &mut PgConnection, run: Uuid) -> Result<()> {
    sqlx::query!("update platform.workflow_jobs set kickoff_sent_at = null where id = $1 and external_id is null", run).execute(db).await?;
    Ok(())
}

/// Gives a run its id at the crew's host. False when it has another, or another run has this one.
pub async fn adopt(db: &mut PgConnection, run: Uuid, external: &str) -> Result<bool> {
    let adopted = sqlx::query!(
        "update platform.workflow_jobs set external_id = $2, version = version + 1
         where id = $1 and coalesce(external_id, $2) = $2 and not exists (select from platform.workflow_jobs o where o.external_id = $2 and o.id <> $1)",
        run,
        external
    )
    .execute(db)
    .await;
    match adopted {
        Ok(adopted) => Ok(adopted.rows_affected() == 1),
        Err(sqlx::Error::Database(error)) if error.constraint() == Some("workflow_jobs_external_key") => {
            Err(Error::Conflict("Another run has this id at the crew's host.".into()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Nobody can say whether it was started, or where it is.
pub async fn lose(db: &mut PgConnection, run: Uuid, why: &str) -> Result<()> {
    sqlx::query!(
        "update platform.workflow_jobs set state = 'unknown', error = $2, next_look_at = null, version = version + 1 where id = $1",
        run,
        why
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What was heard of a run.
pub struct News {
    pub state: RunState,
    pub current_task: Option<String>,
    pub done: i32,
    pub total: i32,
    pub tasks: Value,
    pub outputs: Option<Value>,
    /// Text and signature.
    pub error: Option<(String, String)>,
}

/// Writes down what was heard. Progress never goes back.
pub async fn heard(db: &mut PgConnection, run: Uuid, news: &News) -> Result<()> {
    let (error, signature) = news.error.clone().unzip();
    sqlx::query!(
        "update platform.workflow_jobs set state = $2, current_task = $3, tasks_done = greatest(tasks_done, least($4::int, $5::int)), tasks_total = $5, tasks = $6,
           outputs = coalesce($7, outputs), error = $8, error_signature = $9, last_heard_at = now(), version = version + 1,
           started_at = case when $2 = 'queued' then started_at else coalesce(started_at, kickoff_sent_at, now()) end,
           finished_at = case when $10 then now() end, next_look_at = case when not $10 then next_look_at end
         where id = $1",
        run,
        news.state.code(),
        news.current_task,
        news.done,
        news.total,
        news.tasks,
        news.outputs,
        error,
        signature,
        news.state.is_over()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// When its crew is asked next.
pub async fn look_again(db: &mut PgConnection, run: Uuid, pause: Duration) -> Result<()> {
    sqlx::query!(
        "update platform.workflow_jobs set next_look_at = clock_timestamp() + make_interval(secs => $2)
         where id = $1 and state in ('queued', 'running', 'awaiting_human', 'unknown')",
        run,
        pause.as_secs_f64()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Runs that should have been looked at a while ago: whatever should have done it was lost.
pub async fn late(db: &mut PgConnection, most: i64) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from platform.workflow_jobs where next_look_at < now() - interval '1 minute' order by next_look_at limit $1",
        most
    )
    .fetch_all(db)
    .await?)
}

/// The run that a host means: by the id that we gave it, else by its own.
pub async fn meant(db: &mut PgConnection, run: Option<Uuid>, external: Option<&str>) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id!" from (
             select id, 1 as rank from platform.workflow_jobs where id = $1
             union all select id, 2 from platform.workflow_jobs where external_id = $2) found order by rank limit 1"#,
        run,
        external
    )
    .fetch_optional(db)
    .await?)
}
