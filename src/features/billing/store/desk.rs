//! What stands on one user's billing page: payments, credits, what they use.
use crate::kernel::{Error, Result, Tier};
use jiff::Timestamp;
use sqlx::PgExecutor;
use uuid::Uuid;

/// Whose desk it is.
pub struct Customer {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub tier: Tier,
    pub is_deleted: bool,
}

impl Customer {
    /// What people call them.
    pub fn label(&self) -> String {
        if self.name.trim().is_empty() { self.email.clone() } else { self.name.clone() }
    }
}

/// One user.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn customer(db: impl PgExecutor<'_>, id: Uuid) -> Result<Customer> {
    let row = sqlx::query!("select id, name, email, tier, status from platform.users where id = $1", id).fetch_optional(db).await?;
    let row = row.ok_or_else(|| Error::no("user"))?;
    Ok(Customer { id: row.id, name: row.name, email: row.email, tier: Tier::try_from(row.tier)?, is_deleted: row.status == "deleted" })
}

/// A payment, with the gateway's own word for it.
pub struct Payment {
    pub id: Uuid,
    pub description: String,
    pub status: String,
    pub mode: String,
    pub amount_minor: i64,
    pub refunded_minor: i64,
    pub refunding_minor: i64,
    pub currency: String,
    pub failure_code: Option<String>,
    pub failure_text: Option<String>,
    pub gateway_ref: Option<String>,
    pub gateway_state: Option<String>,
    pub gateway_seen_at: Option<jiff_sqlx::Timestamp>,
    pub charged_back_at: Option<jiff_sqlx::Timestamp>,
    pub created_at: Timestamp,
    /// Something newer of the same subscription was paid: nobody owes this one any more.
    pub is_overtaken: bool,
    /// An operation about it that is not settled.
    pub open_operation: Option<Uuid>,
}

/// How many payments and lines of the ledger a page shows.
pub const SHOWN: i64 = 30;

/// The newest payments.
///
/// # Errors
/// When the database cannot answer.
pub async fn payments(db: impl PgExecutor<'_>, user: Uuid) -> Result<Vec<Payment>> {
    Ok(sqlx::query_as!(
        Payment,
        r#"select p.id, p.description, p.status, p.gateway_mode as mode, p.amount_minor, p.refunded_minor, p.refunding_minor,
             p.currency::text as "currency!", p.failure_code, p.failure_text, p.gateway_ref, p.gateway_state, p.gateway_seen_at,
             p.charged_back_at, p.created_at,
             exists (select from platform.payments q where q.subscription_id = p.subscription_id and q.created_at > p.created_at
               and q.status in ('paid', 'refunded', 'partially_refunded')) as "is_overtaken!",
             (select o.id from backlot.billing_operations o where o.payment_id = p.id
                and o.state not in ('succeeded', 'failed', 'called_off') order by o.requested_at desc limit 1) as open_operation
           from platform.payments p where p.user_id = $1 order by p.created_at desc, p.id desc limit $2"#,
        user,
        SHOWN
    )
    .fetch_all(db)
    .await?)
}

/// What has been asked for lately.
pub struct Asked {
    pub id: Uuid,
    pub purpose: String,
    pub state: String,
    pub amount_minor: i64,
    pub currency: String,
    pub note: Option<String>,
    pub by: Option<String>,
    pub requested_at: Timestamp,
}

/// The newest operations of a user.
///
/// # Errors
/// When the database cannot answer.
pub async fn operations(db: impl PgExecutor<'_>, user: Uuid) -> Result<Vec<Asked>> {
    Ok(sqlx::query_as!(
        Asked,
        r#"select o.id, o.purpose, o.state, o.amount_minor, o.currency::text as "currency!", o.note, a.name as "by?", o.requested_at
           from backlot.billing_operations o left join backlot.admins a on a.id = o.requested_by
           where o.user_id = $1 order by o.requested_at desc, o.id desc limit 10"#,
        user
    )
    .fetch_all(db)
    .await?)
}

/// A line of the credit ledger.
pub struct Line {
    pub kind: String,
    pub amount: i32,
    pub description: String,
    pub created_at: Timestamp,
}

/// The newest lines of the ledger.
///
/// # Errors
/// When the database cannot answer.
pub async fn ledger(db: impl PgExecutor<'_>, user: Uuid) -> Result<Vec<Line>> {
    Ok(sqlx::query_as!(
        Line,
        "select kind, amount, description, created_at from platform.credit_transactions where user_id = $1
         order by created_at desc, id desc limit $2",
        user,
        SHOWN
    )
    .fetch_all(db)
    .await?)
}

/// What the ledger adds up to.
///
/// # Errors
/// When the database cannot answer.
pub async fn balance(db: impl PgExecutor<'_>, user: Uuid) -> Result<i64> {
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(amount), 0)::bigint as "sum!" from platform.credit_transactions where user_id = $1"#,
        user
    );
    Ok(sum.fetch_one(db).await?)
}

/// What a colleague wrote down about a user.
pub struct Note {
    pub body: String,
    pub by: String,
    pub created_at: Timestamp,
}

/// The newest notes.
///
/// # Errors
/// When the database cannot answer.
pub async fn notes(db: impl PgExecutor<'_>, user: Uuid) -> Result<Vec<Note>> {
    Ok(sqlx::query_as!(
        Note,
        "select n.body, a.name as by, n.created_at from backlot.user_notes n join backlot.admins a on a.id = n.admin_id
         where n.user_id = $1 order by n.created_at desc, n.id desc limit 5",
        user
    )
    .fetch_all(db)
    .await?)
}

/// What was made and spent on a day of the last thirty.
pub struct Day {
    pub days_ago: i32,
    pub kind: String,
    pub made: i64,
    pub credits: i64,
}

/// Generations and the credits that they took, by day (UTC) and kind, over thirty days.
///
/// # Errors
/// When the database cannot answer.
pub async fn usage(db: impl PgExecutor<'_>, user: Uuid) -> Result<Vec<Day>> {
    Ok(sqlx::query_as!(
        Day,
        r#"select (now() at time zone 'UTC')::date - (created_at at time zone 'UTC')::date as "days_ago!", kind, count(*) as "made!",
             coalesce(sum(credits), 0)::bigint as "credits!"
           from platform.generation_jobs where user_id = $1 and created_at > now() - interval '30 days' group by 1, 2"#,
        user
    )
    .fetch_all(db)
    .await?)
}

/// What counts against the limits of a tier.
pub struct Held {
    pub models: i64,
    pub running: i64,
    /// Credits spent in thirty days.
    pub spent: i64,
}

/// How much of the tier's limits is used.
///
/// # Errors
/// When the database cannot answer.
pub async fn held(db: impl PgExecutor<'_>, user: Uuid) -> Result<Held> {
    Ok(sqlx::query_as!(
        Held,
        r#"select (select count(*) from platform.lora_models where user_id = $1 and deleted_at is null) as "models!",
             (select count(*) from platform.generation_jobs where user_id = $1 and status in ('queued', 'running')) as "running!",
             (select coalesce(-sum(amount), 0)::bigint from platform.credit_transactions where user_id = $1 and kind = 'spend'
                and created_at > now() - interval '30 days') as "spent!""#,
        user
    )
    .fetch_one(db)
    .await?)
}
