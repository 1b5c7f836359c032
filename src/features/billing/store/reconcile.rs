//! A day's money as we have it and as the gateway has it, and what must hold of all of it.
use crate::gateways::finby::Mode;
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// How many days are looked at again.
pub const DAYS: i32 = 3;

/// Captured payments of the last days that the gateway was not asked about since: id, number, amount and currency.
pub struct Unseen {
    pub id: Uuid,
    pub gateway_ref: String,
    pub amount_minor: i64,
    pub currency: String,
}

pub async fn unseen(db: &mut PgConnection, mode: Mode, most: i64) -> Result<Vec<Unseen>> {
    Ok(sqlx::query_as!(
        Unseen,
        r#"select id, gateway_ref as "gateway_ref!", amount_minor, currency from platform.payments
           where settled_at >= date_trunc('day', now(), 'UTC') - make_interval(days => $2) and gateway_mode = $1 and gateway_ref is not null
             and status in ('paid', 'refunded', 'partially_refunded') and (gateway_seen_at is null or gateway_seen_at < settled_at)
           order by settled_at, id limit $3"#,
        mode.code(),
        DAYS - 1,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Writes the last days down, as they are now.
pub async fn write(db: &mut PgConnection, mode: Mode) -> Result<()> {
    sqlx::query!(
        "with days as (
           select (date_trunc('day', now(), 'UTC') - make_interval(days => n)) as start from generate_series(0, $2::int - 1) n),
         paid as (
           select d.start, p.currency, sum(p.amount_minor) as captured, count(*) as payments,
             coalesce(sum(p.amount_minor) filter (where p.gateway_state in ('Paid', 'Refunded', 'Chargebacked', 'RapidDisputeResolution')), 0) as theirs,
             count(*) filter (where p.gateway_state is null) as unseen,
             count(*) filter (where p.gateway_state not in ('Paid', 'Refunded', 'Chargebacked', 'RapidDisputeResolution')) as differing
           from days d join platform.payments p on p.settled_at >= d.start and p.settled_at < d.start + interval '1 day'
           where p.gateway_mode = $1 and p.status in ('paid', 'refunded', 'partially_refunded') group by 1, 2),
         back as (
           select d.start, o.currency, sum(o.amount_minor) as refunded,
             coalesce(sum(o.amount_minor) filter (where o.settled_by <> 'people'), 0) as theirs
           from days d join backlot.ledger_transfers t on t.at >= d.start and t.at < d.start + interval '1 day' and t.cause like 'refunded:%'
             join backlot.billing_operations o on o.id = t.operation_id
           where o.gateway_mode = $1 group by 1, 2)
         insert into backlot.reconciliations as r (day, gateway_mode, currency, captured_minor, refunded_minor, gateway_captured_minor,
           gateway_refunded_minor, payments, unseen, differing)
         select (coalesce(p.start, b.start) at time zone 'UTC')::date, $1, coalesce(p.currency, b.currency), coalesce(p.captured, 0),
           coalesce(b.refunded, 0), coalesce(p.theirs, 0), coalesce(b.theirs, 0), coalesce(p.payments, 0), coalesce(p.unseen, 0), coalesce(p.differing, 0)
         from paid p full join back b on b.start = p.start and b.currency = p.currency
         on conflict (day, gateway_mode, currency) do update set captured_minor = excluded.captured_minor,
           refunded_minor = excluded.refunded_minor, gateway_captured_minor = excluded.gateway_captured_minor,
           gateway_refunded_minor = excluded.gateway_refunded_minor, payments = excluded.payments, unseen = excluded.unseen,
           differing = excluded.differing, made_at = now()",
        mode.code(),
        DAYS
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A day, as it is shown.
pub struct Day {
    pub day: jiff_sqlx::Date,
    pub gateway_mode: String,
    pub currency: String,
    pub captured_minor: i64,
    pub refunded_minor: i64,
    pub gateway_captured_minor: i64,
    pub gateway_refunded_minor: i64,
    pub payments: i32,
    pub unseen: i32,
    pub differing: i32,
    pub made_at: Timestamp,
}

/// The newest days.
pub async fn days(db: &mut PgConnection, most: i64) -> Result<Vec<Day>> {
    Ok(sqlx::query_as!(
        Day,
        r#"select day as "day: jiff_sqlx::Date", gateway_mode, currency, captured_minor, refunded_minor, gateway_captured_minor, gateway_refunded_minor, payments,
             unseen, differing, made_at
           from backlot.reconciliations order by day desc, gateway_mode, currency limit $1"#,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Something that must hold, and how often it does not.
pub struct Invariant {
    pub says: &'static str,
    pub broken: i64,
}

/// What must hold of the money that is under way, and of what was settled in the last thirty days.
pub async fn invariants(db: &mut PgConnection) -> Result<Vec<Invariant>> {
    let row = sqlx::query!(
        r#"select
             (select count(*) from (select payment_id, sum(amount_minor) as held from backlot.billing_operations
                where kind = 'refund' and state in ('awaiting_approval', 'queued', 'sending', 'waiting', 'uncertain') group by 1) o
              full join (select id, refunding_minor from platform.payments where refunding_minor > 0) p on p.id = o.payment_id
              where coalesce(o.held, 0) <> coalesce(p.refunding_minor, 0)) as "held!",
             (select count(*) from backlot.billing_operations o where o.requested_at > now() - interval '30 days'
                and o.state = 'succeeded' and o.kind = 'refund'
                and not exists (select from backlot.ledger_transfers t where t.cause = 'refunded:' || o.id and t.amount = o.amount_minor)) as "refunds!",
             (select count(*) from backlot.billing_operations o join platform.payments p on p.id = o.payment_id
              where o.requested_at > now() - interval '30 days' and o.state = 'succeeded' and o.kind in ('charge', 'link')
                and not exists (select from backlot.ledger_transfers t where t.cause = 'captured:' || p.id and t.amount = p.amount_minor)) as "captures!",
             (select count(*) from backlot.billing_operations where requested_at > now() - interval '30 days' and state = 'succeeded' and kind = 'credits'
                and not exists (select from backlot.ledger_transfers t where t.cause = 'credits:' || billing_operations.id)) as "credits!",
             (select count(*) from (select t.payment_id from backlot.ledger_transfers t where t.at > now() - interval '30 days'
                and t.cause like 'refunded:%' group by 1) r join platform.payments p on p.id = r.payment_id
              where (select sum(t.amount) from backlot.ledger_transfers t where t.payment_id = p.id and t.cause like 'refunded:%') > p.refunded_minor) as "over!""#
    );
    let row = row.fetch_one(db).await?;
    let says = |says, broken| Invariant { says, broken };
    Ok(vec![
        says("What is held of a payment is the sum of its refunds that are under way", row.held),
        says("Each refund that was done is in the ledger, with its amount", row.refunds),
        says("Each charge that was done is in the ledger, with its amount", row.captures),
        says("Each change of credits that was done is in the ledger", row.credits),
        says("No payment has more refunds in the ledger than it says itself", row.over),
    ])
}

/// How much is in each account of money.
pub struct Balance {
    pub code: String,
    pub unit: String,
    pub kind: String,
    pub balance: i64,
}

/// The accounts of money, and credits altogether.
pub async fn balances(db: &mut PgConnection) -> Result<Vec<Balance>> {
    Ok(sqlx::query_as!(
        Balance,
        r#"select a.code, a.unit, a.kind,
             (coalesce((select sum(amount) from backlot.ledger_transfers t where t.debit = a.code), 0)
              - coalesce((select sum(amount) from backlot.ledger_transfers t where t.credit = a.code), 0))::bigint as "balance!"
           from backlot.ledger_accounts a where a.user_id is null order by a.code limit 100"#
    )
    .fetch_all(db)
    .await?)
}
