//! One subscription: found, locked, written.
use crate::features::billing::model::{Status, Subscription};
use crate::kernel::{Error, Result, Tier, Tx};
use jiff::Timestamp;
use sqlx::PgExecutor;
use uuid::Uuid;

struct Row {
    id: Uuid,
    user_id: Uuid,
    user: String,
    tier: String,
    status: String,
    created_at: Timestamp,
    period_start: Timestamp,
    period_end: Timestamp,
    grace_until: Option<jiff_sqlx::Timestamp>,
    price_minor: i64,
    currency: String,
    pending_tier: Option<String>,
    cancel_reason: Option<String>,
    cancelled_at: Option<jiff_sqlx::Timestamp>,
    card: Option<String>,
    failed_charges: i32,
    next_charge_at: Option<jiff_sqlx::Timestamp>,
    was_paid: bool,
}

impl TryFrom<Row> for Subscription {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let time = |at: Option<jiff_sqlx::Timestamp>| at.map(jiff_sqlx::Timestamp::to_jiff);
        Ok(Self {
            id: row.id,
            user_id: row.user_id,
            user: row.user,
            tier: Tier::try_from(row.tier)?,
            status: Status::try_from(row.status)?,
            created_at: row.created_at,
            period_start: row.period_start,
            period_end: row.period_end,
            grace_until: time(row.grace_until),
            price_minor: row.price_minor,
            currency: row.currency,
            pending_tier: row.pending_tier.map(Tier::try_from).transpose()?,
            cancel_reason: row.cancel_reason,
            cancelled_at: time(row.cancelled_at),
            card: row.card,
            failed_charges: row.failed_charges,
            next_charge_at: time(row.next_charge_at),
            was_paid: row.was_paid,
        })
    }
}

/// A user's subscription: the running one, else the last that they had.
///
/// # Errors
/// When the database cannot answer.
pub async fn of_user(db: impl PgExecutor<'_>, user: Uuid) -> Result<Option<Subscription>> {
    let row = sqlx::query_as!(
        Row,
        r#"select s.id, s.user_id, coalesce(nullif(btrim(u.name), ''), u.email) as "user!", s.tier, s.status, s.created_at, s.period_start,
             s.period_end, s.grace_until, s.price_minor, s.currency::text as "currency!", s.pending_tier, s.cancel_reason, s.cancelled_at,
             s.card_brand || ' ending in ' || s.card_last4 as card, s.failed_charges, s.next_charge_at,
             exists (select from platform.payments p where p.subscription_id = s.id and p.status in ('paid', 'refunded', 'partially_refunded'))
               as "was_paid!"
           from platform.subscriptions s join platform.users u on u.id = s.user_id
           where s.user_id = $1 order by s.status = 'lapsed', s.created_at desc, s.id desc limit 1"#,
        user
    )
    .fetch_optional(db)
    .await?;
    row.map(Subscription::try_from).transpose()
}

/// Whose subscription this is.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn owner(db: impl PgExecutor<'_>, id: Uuid) -> Result<Uuid> {
    let owner = sqlx::query_scalar!("select user_id from platform.subscriptions where id = $1", id).fetch_optional(db).await?;
    owner.ok_or_else(|| Error::no("subscription"))
}

/// The running subscription of a user, locked against others until the transaction ends.
///
/// # Errors
/// `Conflict` when none runs.
pub async fn lock(tx: &mut Tx, user: Uuid) -> Result<Subscription> {
    let locked = sqlx::query!("select from platform.subscriptions where user_id = $1 and status <> 'lapsed' for no key update", user);
    let locked = locked.fetch_optional(&mut **tx).await?;
    let found = of_user(&mut **tx, user).await?.filter(|_| locked.is_some());
    found.ok_or_else(|| Error::Conflict("No subscription of theirs runs.".into()))
}

/// Writes what an admin's change may have changed.
///
/// # Errors
/// When the database refuses.
pub async fn save(tx: &mut Tx, one: &Subscription) -> Result<()> {
    let time = |at: Option<Timestamp>| at.map(jiff_sqlx::Timestamp::from);
    sqlx::query!(
        "update platform.subscriptions set status = $2, period_end = $3, grace_until = $4, pending_tier = $5, cancel_reason = $6,
           cancelled_at = $7, next_charge_at = $8, version = version + 1 where id = $1",
        one.id,
        one.status.code(),
        jiff_sqlx::Timestamp::from(one.period_end) as _,
        time(one.grace_until) as _,
        one.pending_tier.map(Tier::code),
        one.cancel_reason,
        time(one.cancelled_at) as _,
        time(one.next_charge_at) as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes what is paid for away: the user is on the free tier.
///
/// # Errors
/// When the database refuses.
pub async fn take_tier(tx: &mut Tx, user: Uuid) -> Result<()> {
    sqlx::query!("update platform.users set tier = 'free', version = version + 1 where id = $1 and tier <> 'free'", user)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What time it is in the database.
///
/// # Errors
/// When the database cannot answer.
pub async fn now(db: impl PgExecutor<'_>) -> Result<Timestamp> {
    let now = sqlx::query_scalar!(r#"select now() as "now!: jiff_sqlx::Timestamp""#).fetch_one(db).await?;
    Ok(now.to_jiff())
}
