//! What awaits somebody: each statement reads a few rows by an index.
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// Something that awaits somebody.
pub struct Waiting {
    /// The user, the model or the run that it is about.
    pub subject: Uuid,
    pub title: String,
    pub detail: String,
    pub at: Timestamp,
}

/// Alerts that are open, the worst first.
pub async fn open_alerts(db: &mut PgConnection) -> Result<Vec<Waiting>> {
    Ok(sqlx::query_as!(
        Waiting,
        r#"select id as subject, summary as title, case when acknowledged_at is null then severity else severity || ', acknowledged' end as "detail!",
             fired_at as at
           from backlot.alerts where cleared_at is null order by severity, fired_at, id limit 6"#
    )
    .fetch_all(db)
    .await?)
}

/// Payments that failed last.
pub async fn failed_payments(db: &mut PgConnection) -> Result<Vec<Waiting>> {
    Ok(sqlx::query_as!(
        Waiting,
        r#"select p.user_id as subject, u.email as title, coalesce(p.failure_text, p.description) as "detail!", p.created_at as at
           from platform.payments p join platform.users u on u.id = p.user_id
           where p.status = 'failed' order by p.created_at desc, p.id desc limit 6"#
    )
    .fetch_all(db)
    .await?)
}

/// Subscriptions whose grace ends first.
pub async fn grace_ending(db: &mut PgConnection) -> Result<Vec<Waiting>> {
    Ok(sqlx::query_as!(
        Waiting,
        r#"select s.user_id as subject, u.email as title, 'on ' || s.tier as "detail!", s.grace_until as "at!: jiff_sqlx::Timestamp"
           from platform.subscriptions s join platform.users u on u.id = s.user_id
           where s.status = 'past_due' and s.grace_until > now() order by s.grace_until limit 6"#
    )
    .fetch_all(db)
    .await?)
}

/// LoRA models that failed last.
pub async fn failed_trainings(db: &mut PgConnection) -> Result<Vec<Waiting>> {
    Ok(sqlx::query_as!(
        Waiting,
        r#"select m.id as subject, m.name as title, coalesce(m.error_class, 'failed') as "detail!", m.created_at as at
           from platform.lora_models m where m.status = 'failed' and m.deleted_at is null order by m.created_at desc, m.id desc limit 6"#
    )
    .fetch_all(db)
    .await?)
}

/// Workflows that failed last.
pub async fn failed_workflows(db: &mut PgConnection) -> Result<Vec<Waiting>> {
    Ok(sqlx::query_as!(
        Waiting,
        r#"select w.id as subject, w.crew as title, coalesce(left(w.error, 120), 'failed') as "detail!", w.created_at as at
           from platform.workflow_jobs w where w.status = 'failed' order by w.created_at desc, w.id desc limit 6"#
    )
    .fetch_all(db)
    .await?)
}

/// Who was suspended last.
pub async fn suspended(db: &mut PgConnection) -> Result<Vec<Waiting>> {
    Ok(sqlx::query_as!(
        Waiting,
        r#"select u.id as subject, u.email as title, coalesce(u.status_reason, '') as "detail!", coalesce(u.status_changed_at, u.created_at) as "at!: jiff_sqlx::Timestamp"
           from platform.users u where u.status = 'suspended' order by u.created_at desc, u.id desc limit 6"#
    )
    .fetch_all(db)
    .await?)
}

/// Jobs of Backlot's own that are dead until somebody retries them.
pub async fn dead_jobs(db: &mut PgConnection) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from (select from backlot.jobs where state = 'dead' limit 1000) s"#)
        .fetch_one(db)
        .await?)
}

/// What was refused or failed in the audit log today.
pub async fn refused_today(db: &mut PgConnection) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from (select from backlot.audit_log where outcome <> 'done' and at > now() - interval '24 hours' limit 1000) s"#
    )
    .fetch_one(db)
    .await?)
}

/// Whether this admin has a passkey.
pub async fn has_passkey(db: &mut PgConnection, admin: Uuid) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"select exists (select from backlot.passkeys where admin_id = $1) as "has!""#, admin).fetch_one(db).await?)
}

/// Something that this admin did.
pub struct Deed {
    pub id: Uuid,
    pub action: String,
    pub target: Option<String>,
    pub outcome: String,
    pub at: Timestamp,
}

pub async fn deeds(db: &mut PgConnection, admin: Uuid) -> Result<Vec<Deed>> {
    Ok(sqlx::query_as!(
        Deed,
        "select id, action, target_label as target, outcome, at from backlot.audit_log where actor_id = $1 order by at desc, seq desc limit 8",
        admin
    )
    .fetch_all(db)
    .await?)
}
