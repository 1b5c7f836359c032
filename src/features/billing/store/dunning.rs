//! A charge that failed: access is kept for a while, and the charge is tried again only where that can help.
use super::periods;
use super::plans::next_try;
use super::tell;
use crate::features::billing::jobs::Rules;
use crate::features::billing::model::operation::{Operation, Purpose};
use crate::features::billing::model::payment::Payment;
use crate::gateways::finby::{Meaning, meaning};
use crate::kernel::Result;
use crate::web::show::money;
use sqlx::PgConnection;

/// What follows from a charge that failed.
pub async fn failed(db: &mut PgConnection, operation: &Operation, payment: &Payment, code: Option<&str>, rules: &Rules) -> Result<()> {
    let amount = money(operation.minor, &operation.currency);
    if operation.purpose == Purpose::Upgrade {
        let body = format!("Your card was not charged {amount}, so nothing has changed: you keep the plan that you have.");
        return tell::tell(db, operation.user, "warning", "Your upgrade could not be charged", &body).await;
    }
    let Some(subscription) = operation.subscription else { return Ok(()) };
    let running = periods::lock(db, subscription).await?;
    if !running.status.is_charged() {
        return Ok(());
    }
    let helps = matches!(code.map(meaning), Some(Meaning::Declined(decline)) if decline.is_retryable());
    let again = if helps { next_try(payment.created_at, running.now, &rules.retry_days) } else { None };
    let until = periods::past_due(db, subscription, rules.grace_days, again).await?;
    let day = until.strftime("%Y-%m-%d");
    let next = match again {
        Some(at) => format!("We will try again on {}.", at.strftime("%Y-%m-%d")),
        None => "Please pay with another card, or confirm the payment with your bank.".to_owned(),
    };
    let body = format!("We could not charge {amount} for your plan. {next} You keep everything until {day}.");
    tell::tell(db, operation.user, "warning", "Your payment did not go through", &body).await
}
