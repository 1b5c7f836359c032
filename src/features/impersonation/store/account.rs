//! A user's account, as a view of them reads it.
use crate::kernel::{Error, Result};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// Who the user is, and what stands at the top of their home.
pub struct Account {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub tier: String,
    pub status: String,
    pub country: Option<String>,
    pub locale: String,
    pub time_zone: String,
    pub created_at: Timestamp,
    pub balance: i64,
    pub unread: i64,
}

/// The user of the view.
///
/// # Errors
/// `NotFound` when the view is over.
pub async fn account(db: &mut PgConnection) -> Result<Account> {
    sqlx::query_as!(
        Account,
        r#"select id, name, email, tier, status, country, locale, time_zone, created_at as "created_at: jiff_sqlx::Timestamp",
             (select coalesce(sum(amount), 0) from platform.credit_transactions)::bigint as "balance!",
             (select count(*) from (select from platform.notifications where read_at is null and archived_at is null limit 1000) n) as "unread!"
           from platform.users"#
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::NotFound("This view is over.".into()))
}

/// A line of the credit ledger.
pub struct Line {
    pub kind: String,
    pub amount: i32,
    pub description: String,
    pub created_at: Timestamp,
}

pub async fn ledger(db: &mut PgConnection) -> Result<Vec<Line>> {
    Ok(sqlx::query_as!(
        Line,
        r#"select kind, amount, description, created_at as "created_at: jiff_sqlx::Timestamp"
           from platform.credit_transactions order by created_at desc, id desc limit $1"#,
        super::studio::MOST
    )
    .fetch_all(db)
    .await?)
}

/// A subscription.
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

pub async fn subscription(db: &mut PgConnection) -> Result<Option<Subscription>> {
    Ok(sqlx::query_as!(
        Subscription,
        r#"select tier, status, period_end as "period_end: jiff_sqlx::Timestamp", grace_until as "grace_until: jiff_sqlx::Timestamp",
             price_minor, currency, pending_tier, card_brand, card_last4
           from platform.subscriptions order by created_at desc limit 1"#
    )
    .fetch_optional(db)
    .await?)
}

/// An invoice: a payment, as its user sees it.
pub struct Invoice {
    pub description: String,
    pub status: String,
    pub amount_minor: i64,
    pub refunded_minor: i64,
    pub currency: String,
    pub failure_text: Option<String>,
    pub created_at: Timestamp,
}

pub async fn invoices(db: &mut PgConnection) -> Result<Vec<Invoice>> {
    Ok(sqlx::query_as!(
        Invoice,
        r#"select description, status, amount_minor, refunded_minor, currency, failure_text,
             created_at as "created_at: jiff_sqlx::Timestamp"
           from platform.payments order by created_at desc, id desc limit $1"#,
        super::studio::MOST
    )
    .fetch_all(db)
    .await?)
}

/// A message in the user's inbox.
pub struct Message {
    pub title: String,
    pub body: String,
    pub severity: String,
    pub is_read: bool,
    pub created_at: Timestamp,
}

pub async fn messages(db: &mut PgConnection, most: i64) -> Result<Vec<Message>> {
    Ok(sqlx::query_as!(
        Message,
        r#"select title, body, severity, read_at is not null as "is_read!", created_at as "created_at: jiff_sqlx::Timestamp"
           from platform.notifications where archived_at is null order by created_at desc, id desc limit $1"#,
        most
    )
    .fetch_all(db)
    .await?)
}
