//! Subscriptions, as far as money moves them: a period that is paid, a tier that rises, a charge that failed, and the end.
use crate::codes;
use crate::kernel::{Error, Result, Tier};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

codes! {
    /// How a subscription stands.
    pub enum Status {
        Trialing = "trialing" / "Trialing",
        Active = "active" / "Active",
        PastDue = "past_due" / "Past due",
        Cancelled = "cancelled" / "Cancelled",
        Lapsed = "lapsed" / "Lapsed",
    }
}

impl Status {
    /// Whether it may be charged.
    pub fn is_charged(self) -> bool {
        matches!(self, Self::Trialing | Self::Active | Self::PastDue)
    }
}

/// A subscription that is locked.
#[derive(Clone, Debug)]
pub struct Running {
    pub id: Uuid,
    pub user: Uuid,
    pub tier: Tier,
    pub status: Status,
    pub period_start: Timestamp,
    pub period_end: Timestamp,
    pub price_minor: i64,
    pub currency: String,
    pub pending_tier: Option<Tier>,
    pub has_card: bool,
    /// Its period is over.
    pub is_due: bool,
    /// Its grace is over.
    pub is_out_of_grace: bool,
    /// It is to be charged again by itself.
    pub is_retry_due: bool,
    pub now: Timestamp,
}

/// One subscription, locked against others until the transaction ends.
pub async fn lock(db: &mut PgConnection, id: Uuid) -> Result<Running> {
    let row = sqlx::query!(
        r#"select user_id, tier, status, period_start, period_end, price_minor, currency, pending_tier, card_last4 is not null as "has_card!",
             period_end <= now() as "is_due!", coalesce(grace_until <= now(), false) as "is_out_of_grace!",
             coalesce(next_charge_at <= now(), false) as "is_retry_due!", now() as "now!: jiff_sqlx::Timestamp"
           from platform.subscriptions where id = $1 for no key update"#,
        id
    );
    let row = row.fetch_optional(db).await?.ok_or_else(|| Error::no("subscription"))?;
    Ok(Running {
        id,
        user: row.user_id,
        tier: Tier::try_from(row.tier)?,
        status: Status::try_from(row.status)?,
        period_start: row.period_start.to_jiff(),
        period_end: row.period_end.to_jiff(),
        price_minor: row.price_minor,
        currency: row.currency,
        pending_tier: row.pending_tier.map(Tier::try_from).transpose()?,
        has_card: row.has_card,
        is_due: row.is_due,
        is_out_of_grace: row.is_out_of_grace,
        is_retry_due: row.is_retry_due,
        now: row.now.to_jiff(),
    })
}

/// A period that is paid.
pub struct Paid {
    pub tier: Tier,
    pub from: Timestamp,
    pub to: Timestamp,
    pub price_minor: i64,
    pub discounted: bool,
}

/// The next period has begun, and is paid. A cancelled subscription stays cancelled, and runs to the end of what was paid.
pub async fn renewed(db: &mut PgConnection, id: Uuid, paid: &Paid) -> Result<()> {
    sqlx::query!(
        "update platform.subscriptions set tier = $2, status = case when status = 'cancelled' then status else 'active' end,
           period_start = $3, period_end = $4, price_minor = $5, grace_until = null, failed_charges = 0, next_charge_at = null,
           pending_tier = nullif(pending_tier, $2), version = version + 1
         where id = $1",
        id,
        paid.tier.code(),
        jiff_sqlx::Timestamp::from(paid.from) as _,
        jiff_sqlx::Timestamp::from(paid.to) as _,
        paid.price_minor
    )
    .execute(&mut *db)
    .await?;
    if paid.discounted {
        sqlx::query!(
            "update backlot.discounts set periods_left = periods_left - 1, ended_at = case when periods_left <= 1 then now() end
             where subscription_id = $1 and ended_at is null and periods_left > 0",
            id
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

/// The tier rises within the period.
pub async fn upgraded(db: &mut PgConnection, id: Uuid, tier: Tier, price_minor: i64) -> Result<()> {
    sqlx::query!(
        "update platform.subscriptions set tier = $2, price_minor = $3, status = case when status = 'trialing' then 'active' else status end,
           pending_tier = null, version = version + 1
         where id = $1",
        id,
        tier.code(),
        price_minor
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What the user may do from now on.
pub async fn set_tier(db: &mut PgConnection, user: Uuid, tier: Tier) -> Result<()> {
    sqlx::query!("update platform.users set tier = $2, version = version + 1 where id = $1 and tier <> $2", user, tier.code())
        .execute(db)
        .await?;
    Ok(())
}

/// A charge of it failed: it keeps its grace, or gets one, and is tried again at `again`. Returns until when it is kept.
pub async fn past_due(db: &mut PgConnection, id: Uuid, grace_days: i64, again: Option<Timestamp>) -> Result<Timestamp> {
    let days = i32::try_from(grace_days).unwrap_or(i32::MAX);
    let until = sqlx::query_scalar!(
        r#"update platform.subscriptions set status = 'past_due', failed_charges = failed_charges + 1, next_charge_at = $3,
             grace_until = coalesce(grace_until, greatest(now(), period_end) + make_interval(days => $2)), version = version + 1
           where id = $1 returning grace_until as "until!""#,
        id,
        days,
        again.map(jiff_sqlx::Timestamp::from) as _
    );
    Ok(until.fetch_one(db).await?.to_jiff())
}

/// It is over; the user has the free tier.
pub async fn lapsed(db: &mut PgConnection, running: &Running, why: Option<&str>) -> Result<()> {
    sqlx::query!(
        "update platform.subscriptions set status = 'lapsed', cancel_reason = coalesce(cancel_reason, $2), grace_until = null,
           next_charge_at = null, pending_tier = null, version = version + 1
         where id = $1",
        running.id,
        why
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("update backlot.discounts set ended_at = now() where subscription_id = $1 and ended_at is null", running.id)
        .execute(&mut *db)
        .await?;
    set_tier(db, running.user, Tier::Free).await
}

/// How the price of the next period is lowered, if it is: percent, or an amount in minor units.
pub async fn discount(db: &mut PgConnection, id: Uuid) -> Result<Option<(Option<i32>, Option<i64>)>> {
    let row = sqlx::query!(
        "select percent, amount_minor from backlot.discounts where subscription_id = $1 and ended_at is null and periods_left > 0",
        id
    );
    Ok(row.fetch_optional(db).await?.map(|row| (row.percent, row.amount_minor)))
}

/// Whether a charge of it is under way.
pub async fn is_being_charged(db: &mut PgConnection, id: Uuid) -> Result<bool> {
    let open = sqlx::query_scalar!(
        r#"select exists (select from backlot.billing_operations where subscription_id = $1 and kind = 'charge'
             and state in ('queued', 'sending', 'waiting', 'uncertain')) as "open!""#,
        id
    );
    Ok(open.fetch_one(db).await?)
}

/// It is not tried again by itself.
pub async fn give_up(db: &mut PgConnection, id: Uuid) -> Result<()> {
    sqlx::query!("update platform.subscriptions set next_charge_at = null where id = $1", id).execute(db).await?;
    Ok(())
}
