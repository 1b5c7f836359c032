//! What a user's page shows, a statement a panel: each can fail without the others.
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// A user's subscription: the running one, else the last.
pub struct Subscription {
    pub tier: String,
    pub status: String,
    pub period_end: Timestamp,
    pub grace_until: Option<jiff_sqlx::Timestamp>,
    pub price_minor: i64,
    pub currency: String,
    pub pending_tier: Option<String>,
    pub card_brand: Option<String>,
    pub card_last4: Option<String>,
}

pub async fn subscription(db: impl PgExecutor<'_>, user: Uuid) -> Result<Option<Subscription>> {
    Ok(sqlx::query_as!(
        Subscription,
        r#"select tier, status, period_end, grace_until, price_minor, currency, pending_tier, card_brand, card_last4
           from platform.subscriptions where user_id = $1 order by created_at desc limit 1"#,
        user
    )
    .fetch_optional(db)
    .await?)
}

/// A line of the credit ledger.
pub struct LedgerLine {
    pub kind: String,
    pub amount: i32,
    pub description: String,
    pub created_at: Timestamp,
}

/// The balance, the newest lines, and what was spent on each of the last thirty days.
pub struct Credits {
    pub balance: i64,
    pub ledger: Vec<LedgerLine>,
    pub spent: Vec<(String, i64)>,
}

pub async fn credits(db: &mut PgConnection, user: Uuid) -> Result<Credits> {
    let balance = sqlx::query_scalar!(
        r#"select coalesce(sum(amount), 0)::bigint as "balance!" from platform.credit_transactions where user_id = $1"#,
        user
    )
    .fetch_one(&mut *db)
    .await?;
    let ledger = sqlx::query_as!(
        LedgerLine,
        "select kind, amount, description, created_at from platform.credit_transactions where user_id = $1 order by created_at desc, id desc limit 8",
        user
    )
    .fetch_all(&mut *db)
    .await?;
    let spent = sqlx::query!(
        r#"select to_char(day, 'DD Mon') as "day!", coalesce(sum(-t.amount), 0)::bigint as "spent!"
           from generate_series(date_trunc('day', now()) - interval '29 days', date_trunc('day', now()), interval '1 day') as day
           left join platform.credit_transactions t on t.user_id = $1 and t.kind = 'spend' and t.created_at >= day and t.created_at < day + interval '1 day'
             and t.created_at >= date_trunc('day', now()) - interval '29 days'
           group by day order by day"#,
        user
    )
    .fetch_all(db)
    .await?;
    Ok(Credits { balance, ledger, spent: spent.into_iter().map(|row| (row.day, row.spent)).collect() })
}

/// A project.
pub struct Project {
    pub id: Uuid,
    pub name: String,
    pub kind: String,
    pub status: String,
    pub updated_at: Timestamp,
}

pub async fn projects(db: impl PgExecutor<'_>, user: Uuid) -> Result<Vec<Project>> {
    Ok(sqlx::query_as!(
        Project,
        "select id, name, kind, status, updated_at from platform.projects where user_id = $1 order by created_at desc, id desc limit 8",
        user
    )
    .fetch_all(db)
    .await?)
}

/// A character.
pub struct Character {
    pub id: Uuid,
    pub name: String,
    pub description: String,
    pub created_at: Timestamp,
}

pub async fn characters(db: impl PgExecutor<'_>, user: Uuid) -> Result<Vec<Character>> {
    Ok(sqlx::query_as!(
        Character,
        "select id, name, description, created_at from platform.characters where user_id = $1 order by created_at desc, id desc limit 8",
        user
    )
    .fetch_all(db)
    .await?)
}

/// A LoRA model, with the first of its training images.
pub struct Model {
    pub id: Uuid,
    pub name: String,
    pub base_model: String,
    pub status: String,
    pub progress: i32,
    pub error_class: Option<String>,
    pub error: Option<String>,
    pub updated_at: Timestamp,
    pub pictures: Vec<String>,
}

pub async fn models(db: impl PgExecutor<'_>, user: Uuid) -> Result<Vec<Model>> {
    Ok(sqlx::query_as!(
        Model,
        r#"select m.id, m.name, m.base_model, m.status, m.progress, m.error_class, m.error, m.updated_at,
             array(select i.file_location from platform.training_images i where i.lora_model_id = m.id order by i.created_at, i.id limit 5) as "pictures!"
           from platform.lora_models m where m.user_id = $1 order by m.updated_at desc, m.id desc limit 6"#,
        user
    )
    .fetch_all(db)
    .await?)
}

/// A payment.
pub struct Payment {
    pub id: Uuid,
    pub description: String,
    pub status: String,
    pub gateway_mode: String,
    pub amount_minor: i64,
    pub refunded_minor: i64,
    pub currency: String,
    pub failure_text: Option<String>,
    pub created_at: Timestamp,
}

pub async fn payments(db: impl PgExecutor<'_>, user: Uuid) -> Result<Vec<Payment>> {
    Ok(sqlx::query_as!(
        Payment,
        "select id, description, status, gateway_mode, amount_minor, refunded_minor, currency, failure_text, created_at
         from platform.payments where user_id = $1 order by created_at desc, id desc limit 8",
        user
    )
    .fetch_all(db)
    .await?)
}

/// A message in their inbox.
pub struct Message {
    pub title: String,
    pub created_at: Timestamp,
    pub read_at: Option<jiff_sqlx::Timestamp>,
    pub seen_at: Option<jiff_sqlx::Timestamp>,
}

pub async fn messages(db: impl PgExecutor<'_>, user: Uuid) -> Result<Vec<Message>> {
    Ok(sqlx::query_as!(
        Message,
        r#"select title, created_at, read_at, seen_at
           from platform.notifications where user_id = $1 order by created_at desc, id desc limit 8"#,
        user
    )
    .fetch_all(db)
    .await?)
}

/// A note by the staff.
pub struct StaffNote {
    pub by: String,
    pub body: String,
    pub created_at: Timestamp,
}

pub async fn notes(db: impl PgExecutor<'_>, user: Uuid) -> Result<Vec<StaffNote>> {
    Ok(sqlx::query_as!(
        StaffNote,
        "select a.name as by, n.body, n.created_at from backlot.user_notes n join backlot.admins a on a.id = n.admin_id
         where n.user_id = $1 order by n.created_at desc, n.id desc limit 20",
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
             (select count(*) from (select from platform.lora_models where user_id = $1 limit 1000) s) as "models!",
             (select count(*) from (select from platform.generation_jobs where user_id = $1 and status = 'failed'
                and created_at > now() - interval '7 days' limit 1000) s) as "failed_jobs!",
             (select count(*) from (select from platform.user_sessions where user_id = $1 limit 1000) s) as "open_sessions!""#,
        user
    )
    .fetch_one(db)
    .await?)
}
