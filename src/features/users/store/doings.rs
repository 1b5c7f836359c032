//! What a user does, and how much of it there is.
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgExecutor;
use uuid::Uuid;

/// A generation or a workflow.
pub struct Work {
    pub id: Uuid,
    pub what: String,
    pub name: String,
    pub status: String,
    pub error: Option<String>,
    pub credits: Option<i32>,
    pub took_ms: Option<i64>,
    pub created_at: Timestamp,
}

pub async fn work(db: impl PgExecutor<'_>, user: Uuid) -> Result<Vec<Work>> {
    Ok(sqlx::query_as!(
        Work,
        r#"select id as "id!", what as "what!", name as "name!", status as "status!", error, credits,
             (extract(epoch from finished_at - started_at) * 1000)::bigint as took_ms, created_at as "created_at!: jiff_sqlx::Timestamp"
           from (
             (select id, kind as what, left(prompt, 120) as name, status, left(error, 300) as error, credits, created_at, started_at, finished_at
              from platform.generation_jobs where user_id = $1 and status = 'failed' order by created_at desc, id desc limit 4)
             union all
             (select id, 'workflow', crew, status, left(error, 300), null, created_at, started_at, finished_at
              from platform.workflow_jobs where user_id = $1 order by created_at desc, id desc limit 6)
             union all
             (select id, kind, left(prompt, 120), status, left(error, 300), credits, created_at, started_at, finished_at
              from platform.generation_jobs where user_id = $1 and status <> 'failed' order by created_at desc, id desc limit 8)
           ) w order by (status = 'failed') desc, created_at desc limit 12"#,
        user
    )
    .fetch_all(db)
    .await?)
}

/// How many of each thing they have, counted no further than a thousand.
pub struct Tally {
    pub projects: i64,
    pub models: i64,
    pub failed_jobs: i64,
    pub open_sessions: i64,
}

pub async fn tally(db: impl PgExecutor<'_>, user: Uuid) -> Result<Tally> {
    Ok(sqlx::query_as!(
        Tally,
        r#"select
             (select count(*) from (select from platform.projects where user_id = $1 limit 1000) s) as "projects!",
             (select count(*) from (select from platform.lora_models where user_id = $1 and deleted_at is null limit 1000) s) as "models!",
             (select count(*) from (select from platform.generation_jobs where user_id = $1 and status = 'failed'
                and created_at > now() - interval '7 days' limit 1000) s) as "failed_jobs!",
             (select count(*) from (select from platform.user_sessions where user_id = $1 limit 1000) s) as "open_sessions!""#,
        user
    )
    .fetch_one(db)
    .await?)
}
