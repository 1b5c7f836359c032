//! The end of an operation, whoever found out about it: the gateway's answer, a notification, a look, or people. The payment, the
//! ledger, the subscription and the customer's inbox change in the same transaction, once.
use super::credits::{Granted, grant};
use super::payments::{self, New};
use super::periods::{self, Paid};
use super::steps::{self, Ending};
use super::{dunning, ledger, mandates, tell};
use crate::features::billing::jobs::Rules;
use crate::features::billing::model::ledger::{Account, Transfer};
use crate::features::billing::model::operation::{Kind, Operation, Purpose, SettledBy, State};
use crate::features::billing::model::payment::PaymentStatus;
use crate::features::billing::model::plan::Plan;
use crate::kernel::{Error, Result};
use crate::web::show::money;
use sqlx::PgConnection;
use uuid::Uuid;

/// What was found out.
pub struct Found<'a> {
    pub by: SettledBy,
    /// Its number at the gateway.
    pub number: Option<i64>,
    pub code: Option<&'a str>,
    /// In words.
    pub said: &'a str,
}

impl Found<'_> {
    fn ending(&self) -> Ending<'_> {
        Ending { number: self.number, code: self.code, answer: self.said }
    }
}

/// Money moved. Whether that was news: told twice, it is booked once.
///
/// # Errors
/// When the database cannot answer, or the amounts contradict each other.
pub async fn succeed(db: &mut PgConnection, operation: &Operation, found: &Found<'_>) -> Result<bool> {
    match operation.kind {
        Kind::Refund => back(db, operation, found).await,
        Kind::Charge | Kind::Link => paid(db, operation, found).await,
        Kind::Credits => Err(Error::internal("credits are not the gateway's")),
    }
}

async fn back(db: &mut PgConnection, operation: &Operation, found: &Found<'_>) -> Result<bool> {
    if operation.state == State::Succeeded {
        return adopt(db, operation, found).await;
    }
    let payment = operation.payment.ok_or_else(|| Error::internal("a refund without a payment"))?;
    let locked = payments::lock(db, payment).await?;
    let was_held = !operation.state.is_over();
    if !was_held && locked.minor.saturating_sub(locked.refunded).saturating_sub(locked.refunding) < operation.minor {
        // It was taken for undone, and its money was asked back since.
        return Err(Error::Conflict("More than was captured would have gone back.".into()));
    }
    payments::refunded(db, payment, operation.minor, was_held).await?;
    let (mode, unit) = (operation.mode, operation.currency.clone());
    let booking = Transfer {
        debit: Account::Refunds(mode, unit.clone()),
        credit: Account::Gateway(mode, unit),
        amount: operation.minor,
        cause: format!("refunded:{}", operation.id),
        operation: Some(operation.id),
        payment: Some(payment),
        memo: operation.title(),
    };
    must(ledger::transfer(db, &booking).await?, "a refund was booked twice")?;
    steps::settled(db, operation.id, State::Succeeded, found.by, Some(&found.ending())).await?;
    let body = format!("We sent {} back to your card. Depending on your bank it takes a few days until you see it.", operation.amount());
    tell::tell(db, operation.user, "success", "Your refund is on its way", &body).await?;
    Ok(true)
}

fn must(booked: bool, otherwise: &'static str) -> Result<()> {
    if booked { Ok(()) } else { Err(Error::internal(otherwise)) }
}

async fn paid(db: &mut PgConnection, operation: &Operation, found: &Found<'_>) -> Result<bool> {
    let own = operation.payment.ok_or_else(|| Error::internal("a charge without a payment"))?;
    let payment = payments::lock(db, own).await?;
    if operation.state == State::Succeeded {
        let other = found.number.zip(operation.gateway_ref).filter(|(now, then)| now != then);
        return if other.is_some() { surplus(db, operation, found).await } else { adopt(db, operation, found).await };
    }
    if !matches!(payment.status, PaymentStatus::Pending | PaymentStatus::Failed) {
        surplus(db, operation, found).await?;
        steps::settled(db, operation.id, State::Succeeded, found.by, Some(&found.ending())).await?;
        return Ok(true);
    }
    payments::paid(db, own, found.number).await?;
    capture(db, operation, own).await?;
    if let (Kind::Link, Some(number)) = (operation.kind, found.number) {
        mandates::agreed(db, operation.user, operation.mode, number).await?;
    }
    let said = bring_about(db, operation, own).await?;
    let words = format!("{}{}", found.said, said.map(|said| format!(" {said}")).unwrap_or_default());
    let ending = Ending { answer: &words, ..found.ending() };
    steps::settled(db, operation.id, State::Succeeded, found.by, Some(&ending)).await?;
    Ok(true)
}

async fn capture(db: &mut PgConnection, operation: &Operation, payment: Uuid) -> Result<()> {
    let (mode, unit) = (operation.mode, operation.currency.clone());
    let booking = Transfer {
        debit: Account::Gateway(mode, unit.clone()),
        credit: Account::Revenue(mode, unit),
        amount: operation.minor,
        cause: format!("captured:{payment}"),
        operation: Some(operation.id),
        payment: Some(payment),
        memo: operation.title(),
    };
    must(ledger::transfer(db, &booking).await?, "a payment was booked twice")
}

/// The customer paid again what was paid: it is a payment of its own, so that it can go back. Once for each number.
async fn surplus(db: &mut PgConnection, operation: &Operation, found: &Found<'_>) -> Result<bool> {
    if let Some(number) = found.number
        && super::hear::payment_numbered(db, number).await?.is_some()
    {
        return Ok(false);
    }
    tracing::error!(operation = %operation.id, number = found.number, "a customer paid twice: the second payment waits to be refunded");
    metrics::counter!("backlot_billing_alerts_total", "what" => "paid_twice").increment(1);
    let new = New {
        user: operation.user,
        subscription: None,
        mode: operation.mode,
        minor: operation.minor,
        currency: &operation.currency,
        description: "Paid a second time",
    };
    let payment = payments::make(db, &new).await?;
    payments::paid(db, payment, found.number).await?;
    capture(db, operation, payment).await?;
    Ok(true)
}

/// The number, where it was not known; nothing else is new.
async fn adopt(db: &mut PgConnection, operation: &Operation, found: &Found<'_>) -> Result<bool> {
    let (None, Some(number)) = (operation.gateway_ref, found.number) else { return Ok(false) };
    steps::numbered(db, operation.id, number).await?;
    if let (Kind::Charge | Kind::Link, Some(payment)) = (operation.kind, operation.payment) {
        payments::numbered(db, payment, number).await?;
    }
    Ok(true)
}

/// What was shown before happens now. Returns what is different from it, in words.
async fn bring_about(db: &mut PgConnection, operation: &Operation, payment: Uuid) -> Result<Option<String>> {
    let Some(subscription) = operation.subscription.filter(|_| !operation.plan.is_nothing()) else { return Ok(None) };
    let running = periods::lock(db, subscription).await?;
    if running.status == periods::Status::Lapsed {
        tracing::error!(operation = %operation.id, "a subscription was paid after its end: the payment waits to be refunded");
        metrics::counter!("backlot_billing_alerts_total", "what" => "paid_late").increment(1);
        return Ok(Some("Its subscription was over by then: nothing was renewed, and the payment can be refunded.".into()));
    }
    let (tier, credits) = match &operation.plan {
        Plan::Renewal { tier, period_start, period_end, price_minor, credits, discounted } => {
            let paid = Paid { tier: *tier, from: *period_start, to: *period_end, price_minor: *price_minor, discounted: *discounted };
            periods::renewed(db, subscription, &paid).await?;
            (*tier, *credits)
        }
        Plan::Upgrade { tier, price_minor, credits, .. } => {
            periods::upgraded(db, subscription, *tier, *price_minor).await?;
            (*tier, *credits)
        }
        Plan::Nothing | Plan::Credits { .. } => return Ok(None),
    };
    periods::set_tier(db, operation.user, tier).await?;
    let about = format!("{} plan: credits", tier.label());
    let granted = Granted {
        user: operation.user,
        operation: Some(operation.id),
        cause: format!("credits:{}", operation.id),
        signed: credits,
        kind: "grant",
        about: &about,
        payment: Some(payment),
    };
    grant(db, &granted).await?;
    let (title, body) = thanks(operation, tier.label());
    tell::tell(db, operation.user, "success", title, &body).await?;
    Ok(None)
}

fn thanks(operation: &Operation, tier: &str) -> (&'static str, String) {
    let amount = money(operation.minor, &operation.currency);
    match operation.purpose {
        Purpose::Upgrade => ("Your plan was upgraded", format!("You are on {tier} now. We charged {amount} for the rest of this period.")),
        Purpose::Recovery => ("Your payment went through", format!("We charged {amount} for your {tier} plan. Thank you.")),
        _ => ("Your plan was renewed", format!("We charged {amount} for the next period of your {tier} plan.")),
    }
}

/// No money moved. Whether that was news.
///
/// # Errors
/// When the database cannot answer.
pub async fn fail(db: &mut PgConnection, operation: &Operation, found: &Found<'_>, rules: &Rules) -> Result<bool> {
    if operation.state.is_over() {
        return Ok(false);
    }
    let payment = operation.payment.ok_or_else(|| Error::internal("nothing is charged or refunded"))?;
    let locked = payments::lock(db, payment).await?;
    steps::settled(db, operation.id, State::Failed, found.by, Some(&found.ending())).await?;
    if operation.kind == Kind::Refund {
        payments::release(db, payment, operation.minor).await?;
        return Ok(true);
    }
    payments::failed(db, payment, found.number, (found.code, found.said)).await?;
    dunning::failed(db, operation, &locked, found.code, rules).await?;
    Ok(true)
}

/// It is called off, and was never sent: what was held is let go.
///
/// # Errors
/// When the database cannot answer.
pub async fn call_off(db: &mut PgConnection, operation: &Operation, why: &str) -> Result<Operation> {
    if let Some(payment) = operation.payment {
        let locked = payments::lock(db, payment).await?;
        match operation.kind {
            Kind::Refund => payments::release(db, payment, operation.minor).await?,
            _ if locked.status == PaymentStatus::Pending => payments::failed(db, payment, None, (None, why)).await?,
            _ => {}
        }
    }
    steps::called_off(db, operation.id, why).await
}
