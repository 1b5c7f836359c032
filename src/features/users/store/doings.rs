//! What a user does and what happens to them.
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

/// Something that happened to a user, or that somebody did about them.
pub struct Happening {
    pub kind: String,
    pub text: String,
    pub detail: Option<String>,
    pub by: Option<String>,
    pub audit_id: Option<Uuid>,
    pub at: Timestamp,
}

pub async fn timeline(db: impl PgExecutor<'_>, user: Uuid) -> Result<Vec<Happening>> {
    Ok(sqlx::query_as!(
        Happening,
        r#"select kind as "kind!", text as "text!", detail, by, audit_id, at as "at!: jiff_sqlx::Timestamp" from (
             (select 'staff' as kind, action as text, coalesce(reason, '') as detail, actor_name as by, id as audit_id, at
              from backlot.audit_log where target_kind = 'user' and target_id = $1::uuid::text order by at desc, seq desc limit 15)
             union all
             (select 'payment', status, description, null, null, created_at
              from platform.payments where user_id = $1 order by created_at desc, id desc limit 10)
             union all
             (select 'job', kind || ' failed', left(error, 200), null, null, created_at
              from platform.generation_jobs where user_id = $1 and status = 'failed' order by created_at desc, id desc limit 5)
             union all
             (select 'workflow', crew || ' ' || status, left(error, 200), null, null, created_at
              from platform.workflow_jobs where user_id = $1 order by created_at desc, id desc limit 5)
             union all
             (select 'model', name || ' is ' || status, error_class, null, null, updated_at
              from platform.lora_models where user_id = $1 order by updated_at desc, id desc limit 5)
             union all
             (select 'message', title, null, null, null, created_at
              from platform.notifications where user_id = $1 order by created_at desc, id desc limit 8)
             union all
             (select 'account', 'Signed up', null, null, null, created_at from platform.users where id = $1)
           ) t order by at desc limit 40"#,
        user
    )
    .fetch_all(db)
    .await?)
}
