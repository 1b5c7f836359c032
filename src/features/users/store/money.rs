//! What a user pays and spends: subscription, payments and the credit ledger.
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgExecutor;
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

/// The newest payments, and the credits.
#[derive(Default)]
pub struct Money {
    pub payments: Vec<Payment>,
    pub credits: Credits,
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

/// The balance, the ledger's newest lines, and what was spent on each of the last thirty days that anything was spent on.
#[derive(Default)]
pub struct Credits {
    pub balance: i64,
    pub ledger: Vec<LedgerLine>,
    /// How many days ago (UTC), and how much.
    pub spent: Vec<(i32, i64)>,
}

/// A line of the credit ledger.
pub struct LedgerLine {
    pub kind: String,
    pub amount: i64,
    pub description: String,
    pub created_at: Timestamp,
}

/// A payment, a line of the ledger, a day's spending or the balance: of one kind the columns of the others are empty.
struct Row {
    what: String,
    id: Option<Uuid>,
    kind: Option<String>,
    about: Option<String>,
    amount: i64,
    refunded: Option<i64>,
    currency: Option<String>,
    mode: Option<String>,
    failure: Option<String>,
    at: Option<jiff_sqlx::Timestamp>,
    days_ago: Option<i32>,
}

pub async fn money(db: impl PgExecutor<'_>, user: Uuid) -> Result<Money> {
    let rows = sqlx::query_as!(
        Row,
        r#"select what as "what!", id, kind, about, amount as "amount!", refunded, currency, mode, failure, at, days_ago from (
             (select 'payment' as what, id, status as kind, description as about, amount_minor as amount, refunded_minor as refunded,
                currency::text, gateway_mode as mode, failure_text as failure, created_at as at, null::int as days_ago
              from platform.payments where user_id = $1 order by created_at desc, id desc limit 8)
             union all
             (select 'line', id, kind, description, amount, null, null, null, null, created_at, null
              from platform.credit_transactions where user_id = $1 order by created_at desc, id desc limit 8)
             union all
             select 'balance', null, null, null, coalesce(sum(amount), 0)::bigint, null, null, null, null, null, null
             from platform.credit_transactions where user_id = $1
             union all
             select 'day', null, null, null, sum(-amount)::bigint, null, null, null, null, null,
               (now() at time zone 'UTC')::date - (created_at at time zone 'UTC')::date
             from platform.credit_transactions where user_id = $1 and kind = 'spend' and created_at > now() - interval '30 days' group by 11
           ) t order by at desc, id desc"#,
        user
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().fold(Money::default(), Money::with))
}

impl Money {
    fn with(mut self, row: Row) -> Self {
        let (description, amount) = (row.about.unwrap_or_default(), row.amount);
        match (row.what.as_str(), row.at, row.id, row.days_ago) {
            ("payment", Some(at), Some(id), _) => self.payments.push(Payment {
                id,
                description,
                status: row.kind.unwrap_or_default(),
                gateway_mode: row.mode.unwrap_or_default(),
                amount_minor: amount,
                refunded_minor: row.refunded.unwrap_or_default(),
                currency: row.currency.unwrap_or_default(),
                failure_text: row.failure,
                created_at: at.to_jiff(),
            }),
            ("line", Some(at), ..) => {
                let kind = row.kind.unwrap_or_default();
                self.credits.ledger.push(LedgerLine { kind, amount, description, created_at: at.to_jiff() });
            }
            (_, _, _, Some(days)) => self.credits.spent.push((days, amount)),
            _ => self.credits.balance = amount,
        }
        self
    }
}
