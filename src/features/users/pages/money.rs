//! What a user pays and spends.
use crate::features::users::model::Tier;
use crate::features::users::store::money as rows;
use crate::web::Admin;
use crate::web::parts::{Badge, Spark};
use crate::web::show::{Moment, day, money, number};
use jiff::SignedDuration;
use uuid::Uuid;

/// The subscription.
pub struct Subscription {
    pub state: Badge,
    pub tier: String,
    pub price: String,
    pub until_label: &'static str,
    pub until: Moment,
    pub card: String,
}

pub fn subscription(admin: &Admin, row: rows::Subscription) -> Subscription {
    let (tone, label, until_label) = match row.status.as_str() {
        "trialing" => ("info", "On trial", "Trial ends"),
        "active" => ("ok", "Active", "Renews"),
        "past_due" => ("bad", "Past due", "Period ended"),
        "cancelled" => ("warn", "Cancelled", "Runs until"),
        _ => ("", "Lapsed", "Ended"),
    };
    let grace = row.grace_until.map(|until| format!("access is kept until {}", admin.time(until.to_jiff()).local));
    let pending = row.pending_tier.map(|tier| format!("changes to {} at the end of the period", tier_label(tier)));
    let card = match (row.card_brand, row.card_last4) {
        (Some(brand), Some(last)) => format!("{brand} ending in {last}"),
        _ => "No card".to_owned(),
    };
    Subscription {
        state: Badge::new(tone, label).because(grace.or(pending).unwrap_or_default()),
        tier: tier_label(row.tier),
        price: money(row.price_minor, &row.currency),
        until_label,
        until: admin.time(row.period_end),
        card,
    }
}

/// The tier in words; one that Backlot does not know, as it is.
fn tier_label(code: String) -> String {
    Tier::try_from(code.clone()).map_or(code, |tier| tier.label().to_owned())
}

/// The balance and the ledger's newest lines.
pub struct Credits {
    pub balance: String,
    pub spark: Spark,
    pub ledger: Vec<LedgerRow>,
}

/// A line of the ledger, with the balance after it.
pub struct LedgerRow {
    pub at: Moment,
    pub why: String,
    pub change: String,
    pub balance: String,
    pub tone: &'static str,
}

pub fn credits(admin: &Admin, credits: rows::Credits) -> Credits {
    let mut after = credits.balance;
    let mut ledger = Vec::with_capacity(credits.ledger.len());
    for line in credits.ledger {
        let amount = line.amount;
        let sign = if amount > 0 { "+" } else { "" };
        ledger.push(LedgerRow {
            at: admin.time(line.created_at),
            why: if line.description.is_empty() { line.kind } else { line.description },
            change: format!("{sign}{}", number(amount)),
            balance: number(after),
            tone: if amount > 0 { "ok" } else { "" },
        });
        after -= amount;
    }
    let days = days(admin, &credits.spent);
    let label = format!("{} credits spent in 30 days", number(days.iter().map(|(_, spent)| spent).sum()));
    Credits { balance: number(credits.balance), spark: Spark::draw(label, &days), ledger }
}

/// The last thirty days, today last, with what was spent on each.
fn days(admin: &Admin, spent: &[(i32, i64)]) -> Vec<(String, i64)> {
    let now = admin.site().clock.now();
    let on = |ago: i32| spent.iter().find(|(days, _)| *days == ago).map_or(0, |(_, spent)| *spent);
    (0..30).rev().map(|ago| (day(now - SignedDuration::from_hours(24 * i64::from(ago))), on(ago))).collect()
}

/// A payment.
pub struct PaymentRow {
    pub id: Uuid,
    /// Other than `live`: no real money.
    pub mode: String,
    pub at: Moment,
    pub what: String,
    pub state: Badge,
    pub failed: bool,
    pub error: String,
    pub amount: String,
}

pub fn payment(admin: &Admin, row: rows::Payment) -> PaymentRow {
    let refunded = money(row.refunded_minor, &row.currency);
    let state = match row.status.as_str() {
        "paid" => Badge::new("ok", "Paid"),
        "failed" => Badge::new("bad", "Failed"),
        "pending" => Badge::new("info", "Pending"),
        "refunded" => Badge::new("", "Refunded"),
        _ => Badge::new("", "Partly refunded").because(format!("{refunded} given back")),
    };
    PaymentRow {
        id: row.id,
        mode: row.gateway_mode,
        at: admin.time(row.created_at),
        what: row.description,
        state,
        failed: row.status == "failed",
        error: row.failure_text.unwrap_or_default(),
        amount: money(row.amount_minor, &row.currency),
    }
}
