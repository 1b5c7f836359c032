//! Discounts of a subscription: one runs at a time.
use crate::features::billing::model::{Discount, Subscription};
use crate::kernel::{Result, Tx};
use sqlx::PgExecutor;
use uuid::Uuid;

struct Row {
    id: Uuid,
    percent: Option<i32>,
    amount_minor: Option<i64>,
    periods: i32,
    periods_left: i32,
}

impl Row {
    fn of(self, of: &Subscription) -> Discount {
        let Self { id, percent, amount_minor, periods, periods_left } = self;
        Discount { id, subscription_id: of.id, percent, amount_minor, currency: of.currency.clone(), periods, periods_left }
    }
}

/// The discount that runs.
///
/// # Errors
/// When the database cannot answer.
pub async fn running(db: impl PgExecutor<'_>, of: &Subscription) -> Result<Option<Discount>> {
    let row = sqlx::query_as!(
        Row,
        "select id, percent, amount_minor, periods, periods_left from backlot.discounts where subscription_id = $1 and ended_at is null",
        of.id
    );
    let row = row.fetch_optional(db).await?;
    Ok(row.map(|row| row.of(of)))
}

/// The discount that was taken off what the present period was charged.
///
/// # Errors
/// When the database cannot answer.
pub async fn in_period(db: impl PgExecutor<'_>, of: &Subscription) -> Result<Option<Discount>> {
    let row = sqlx::query_as!(
        Row,
        "select id, percent, amount_minor, periods, periods_left from backlot.discounts
         where subscription_id = $1 and periods_left < periods and (ended_at is null or periods_left = 0 and ended_at >= $2)
         order by created_at desc limit 1",
        of.id,
        jiff_sqlx::Timestamp::from(of.period_start) as _
    );
    let row = row.fetch_optional(db).await?;
    Ok(row.map(|row| row.of(of)))
}

/// Gives one.
///
/// # Errors
/// When the database refuses.
pub async fn give(tx: &mut Tx, discount: &Discount, by: Uuid, reason: &str) -> Result<()> {
    sqlx::query!(
        "insert into backlot.discounts (id, subscription_id, percent, amount_minor, periods, periods_left, granted_by, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        discount.id,
        discount.subscription_id,
        discount.percent,
        discount.amount_minor,
        discount.periods,
        discount.periods_left,
        by,
        reason
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Ends the one that runs.
///
/// # Errors
/// When the database refuses.
pub async fn end(tx: &mut Tx, discount: &Discount) -> Result<()> {
    sqlx::query!("update backlot.discounts set ended_at = now() where id = $1 and ended_at is null", discount.id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
