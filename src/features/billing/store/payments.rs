//! Payments: one is made pending before its charge is sent; what goes back is held until it is settled.
use crate::features::billing::model::payment::{Payment, PaymentStatus};
use crate::gateways::finby::Mode;
use crate::kernel::{Error, Result, id};
use jiff::Timestamp;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

struct Row {
    id: Uuid,
    user_id: Uuid,
    subscription_id: Option<Uuid>,
    gateway_mode: String,
    gateway_ref: Option<String>,
    status: String,
    description: String,
    amount_minor: i64,
    refunded_minor: i64,
    refunding_minor: i64,
    currency: String,
    failure_code: Option<String>,
    failure_text: Option<String>,
    charged_back_at: Option<jiff_sqlx::Timestamp>,
    created_at: Timestamp,
}

/// A mode, from its word in the database.
pub fn mode(word: &str) -> Result<Mode> {
    Mode::parse(word).ok_or_else(|| Error::internal(format!("“{word}” is no mode")))
}

impl TryFrom<Row> for Payment {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            user: row.user_id,
            subscription: row.subscription_id,
            mode: mode(&row.gateway_mode)?,
            gateway_ref: row.gateway_ref,
            status: PaymentStatus::try_from(row.status)?,
            description: row.description,
            minor: row.amount_minor,
            refunded: row.refunded_minor,
            refunding: row.refunding_minor,
            currency: row.currency,
            failure_code: row.failure_code,
            failure_text: row.failure_text,
            charged_back_at: row.charged_back_at.map(jiff_sqlx::Timestamp::to_jiff),
            created_at: row.created_at,
        })
    }
}

/// One payment.
pub async fn find(db: impl PgExecutor<'_>, id: Uuid) -> Result<Payment> {
    let row = sqlx::query_as!(
        Row,
        "select id, user_id, subscription_id, gateway_mode, gateway_ref, status, description, amount_minor, refunded_minor, refunding_minor,
           currency, failure_code, failure_text, charged_back_at, created_at
         from platform.payments where id = $1",
        id
    );
    row.fetch_optional(db).await?.ok_or_else(|| Error::no("payment"))?.try_into()
}

/// One payment, locked against others until the transaction ends.
pub async fn lock(db: &mut PgConnection, id: Uuid) -> Result<Payment> {
    let locked = sqlx::query!("select from platform.payments where id = $1 for no key update", id).fetch_optional(&mut *db).await?;
    locked.ok_or_else(|| Error::no("payment"))?;
    find(db, id).await
}

/// What a new payment is of.
pub struct New<'a> {
    pub user: Uuid,
    pub subscription: Option<Uuid>,
    pub mode: Mode,
    pub minor: i64,
    pub currency: &'a str,
    pub description: &'a str,
}

/// A payment that nobody has paid yet.
pub async fn make(db: &mut PgConnection, new: &New<'_>) -> Result<Uuid> {
    let payment = id::new();
    sqlx::query!(
        "insert into platform.payments (id, user_id, subscription_id, gateway_mode, status, description, amount_minor, currency)
         values ($1, $2, $3, $4, 'pending', $5, $6, $7)",
        payment,
        new.user,
        new.subscription,
        new.mode.code(),
        new.description,
        new.minor,
        new.currency
    )
    .execute(db)
    .await?;
    Ok(payment)
}

/// It is paid.
pub async fn paid(db: &mut PgConnection, payment: Uuid, number: Option<i64>) -> Result<()> {
    sqlx::query!(
        "update platform.payments set status = 'paid', gateway_ref = coalesce($2, gateway_ref), failure_code = null, failure_text = null,
           gateway_state = case when $2::text is null then gateway_state else 'Paid' end,
           gateway_seen_at = case when $2::text is null then gateway_seen_at else now() end, settled_at = now(), version = version + 1
         where id = $1 and status in ('pending', 'failed')",
        payment,
        number.map(|number| number.to_string())
    )
    .execute(db)
    .await?;
    Ok(())
}

/// It was refused.
pub async fn failed(db: &mut PgConnection, payment: Uuid, number: Option<i64>, why: (Option<&str>, &str)) -> Result<()> {
    sqlx::query!(
        "update platform.payments set status = 'failed', gateway_ref = coalesce($2, gateway_ref), failure_code = $3, failure_text = $4,
           settled_at = now(), version = version + 1
         where id = $1 and status in ('pending', 'failed')",
        payment,
        number.map(|number| number.to_string()),
        why.0,
        why.1
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Holds what is asked back of a payment that is locked; its constraint keeps the sum within what was captured.
pub async fn hold(db: &mut PgConnection, payment: Uuid, minor: i64) -> Result<()> {
    sqlx::query!(
        "update platform.payments set refunding_minor = refunding_minor + $2, version = version + 1 where id = $1",
        payment,
        minor
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lets go of what was held: it does not go back.
pub async fn release(db: &mut PgConnection, payment: Uuid, minor: i64) -> Result<()> {
    hold(db, payment, -minor).await
}

/// What went back, and was held until now unless `was_held` says otherwise.
pub async fn refunded(db: &mut PgConnection, payment: Uuid, minor: i64, was_held: bool) -> Result<()> {
    let held = if was_held { minor } else { 0 };
    sqlx::query!(
        "update platform.payments set refunded_minor = refunded_minor + $2, refunding_minor = refunding_minor - $3,
           status = case when refunded_minor + $2 >= amount_minor then 'refunded' else 'partially_refunded' end, version = version + 1
         where id = $1",
        payment,
        minor,
        held
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The cardholder's bank took it back; whether that is news.
pub async fn charged_back(db: &mut PgConnection, payment: Uuid) -> Result<bool> {
    let marked = sqlx::query!(
        "update platform.payments set charged_back_at = now(), version = version + 1 where id = $1 and charged_back_at is null",
        payment
    );
    Ok(marked.execute(db).await?.rows_affected() == 1)
}

/// The gateway's own word, as it was seen now.
pub async fn seen(db: &mut PgConnection, payment: Uuid, word: &str) -> Result<()> {
    sqlx::query!("update platform.payments set gateway_state = $2, gateway_seen_at = now() where id = $1", payment, word)
        .execute(db)
        .await?;
    Ok(())
}

/// Its number at the gateway, learnt late.
pub async fn numbered(db: &mut PgConnection, payment: Uuid, number: i64) -> Result<()> {
    sqlx::query!(
        "update platform.payments set gateway_ref = coalesce(gateway_ref, $2), version = version + 1 where id = $1",
        payment,
        number.to_string()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The newest payment of a subscription, if it failed and is what its period waits for.
pub async fn failed_of(db: &mut PgConnection, subscription: Uuid) -> Result<Option<Payment>> {
    let newest = sqlx::query_scalar!(
        "select p.id from platform.payments p where p.subscription_id = $1
           and not exists (select from backlot.billing_operations o where o.payment_id = p.id and o.purpose = 'upgrade')
         order by p.created_at desc, p.id desc limit 1",
        subscription
    );
    let Some(id) = newest.fetch_optional(&mut *db).await? else { return Ok(None) };
    Ok(Some(find(db, id).await?).filter(|payment| payment.status == PaymentStatus::Failed))
}
