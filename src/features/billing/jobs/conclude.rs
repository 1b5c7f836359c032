//! What the gateway's own state of a payment means for the operation that asked for it. It is the only thing that is concluded from.
use crate::features::billing::jobs::Rules;
use crate::features::billing::model::ledger::{Account, Transfer};
use crate::features::billing::model::operation::{Kind, Operation, SettledBy, State as Ours};
use crate::features::billing::model::payment::Payment as Own;
use crate::features::billing::store::hear::{payment_numbered, word};
use crate::features::billing::store::settle::{self, Found};
use crate::features::billing::store::{ledger, payments, steps};
use crate::gateways::finby::{Decline, Meaning, Payment, State, meaning};
use crate::kernel::{Error, Result};
use sqlx::PgConnection;

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Something is known now that was not.
    News(&'static str),
    /// Nothing is new.
    Nothing(&'static str),
    /// It contradicts what was asked for: nothing is done, and people must look.
    Odd(String),
}

/// Takes the gateway's state of a payment for an operation that is locked.
pub async fn conclude(db: &mut PgConnection, operation: &Operation, fetched: &Payment, by: SettledBy, rules: &Rules) -> Result<Verdict> {
    if let Some(why) = differs(operation, fetched) {
        return Ok(Verdict::Odd(why));
    }
    let said = format!("The gateway says “{}”.", fetched.state.map_or("something unknown", word));
    let found = Found { by, number: Some(fetched.id), code: fetched.code.as_deref(), said: &said };
    let concluded = match (operation.kind, fetched.state) {
        (Kind::Credits, _) => return Ok(Verdict::Odd("Credits are not the gateway's.".into())),
        (_, None) => return Ok(Verdict::Nothing("The gateway says a word that is not known.")),
        (_, Some(State::Pending | State::Authorizing | State::Authorized)) => return pending(db, operation, fetched).await,
        (Kind::Refund, Some(State::Paid | State::Refunded)) | (Kind::Charge | Kind::Link, Some(State::Paid)) => {
            settle::succeed(db, operation, &found).await
        }
        (_, Some(State::Rejected)) => return refused(db, operation, fetched, by, rules).await,
        (Kind::Charge | Kind::Link, Some(State::Chargebacked | State::RapidDisputeResolution)) => {
            settle::succeed(db, operation, &found).await?;
            return taken_back(db, fetched).await;
        }
        (Kind::Charge | Kind::Link, Some(State::Refunded)) => return Ok(Verdict::Nothing("All of it was refunded.")),
        (Kind::Refund, Some(State::Chargebacked | State::RapidDisputeResolution)) => {
            return Ok(Verdict::Odd("The gateway tells of a dispute about a refund.".into()));
        }
    };
    match concluded {
        Ok(true) => Ok(Verdict::News("It was done.")),
        Ok(false) => Ok(Verdict::Nothing("It was known.")),
        Err(Error::Conflict(why)) => Ok(Verdict::Odd(why.into_owned())),
        Err(error) => Err(error),
    }
}

/// What of it is not what was asked for.
fn differs(operation: &Operation, fetched: &Payment) -> Option<String> {
    let asked = (operation.reference.as_str(), operation.minor, operation.currency.as_str());
    let found = (fetched.reference.as_str(), fetched.amount.minor(), fetched.amount.currency());
    if asked == found {
        return None;
    }
    Some(format!(
        "The gateway has payment {} as {} {} for the reference {}; asked for were {} for {}.",
        fetched.id,
        fetched.amount,
        fetched.amount.currency(),
        fetched.reference,
        operation.amount(),
        operation.reference
    ))
}

/// It is there, and not over: now there is something to look at.
async fn pending(db: &mut PgConnection, operation: &Operation, fetched: &Payment) -> Result<Verdict> {
    if operation.kind == Kind::Link || operation.state != Ours::Uncertain {
        return Ok(Verdict::Nothing("It is still under way."));
    }
    let heard = steps::Heard {
        state: Ours::Waiting,
        number: Some(fetched.id),
        code: None,
        answer: "It did reach the gateway, which has not finished it.",
        look_in: Some(super::look::pause(0)),
    };
    steps::heard(db, operation.id, &heard).await?;
    super::look::soon(db, operation.id, 0).await?;
    Ok(Verdict::News("It did reach the gateway."))
}

async fn refused(db: &mut PgConnection, operation: &Operation, fetched: &Payment, by: SettledBy, rules: &Rules) -> Result<Verdict> {
    let code = fetched.code.as_deref();
    let decline = match code.map(meaning) {
        Some(Meaning::Declined(decline)) => Some(decline),
        None if operation.kind == Kind::Link => Some(Decline::Cancelled),
        _ => None,
    };
    let said = decline.map_or("The gateway rejected it.", Decline::advice);
    if operation.kind == Kind::Link {
        if operation.state != Ours::Waiting {
            return Ok(Verdict::Nothing("The link is over."));
        }
        // The customer may try again, with another card, for as long as the link is good.
        let answer = format!("The customer tried, and it was refused. {said}");
        steps::heard(db, operation.id, &steps::Heard { state: Ours::Waiting, number: None, code, answer: &answer, look_in: None }).await?;
        return Ok(Verdict::News("The customer tried, and it was refused."));
    }
    if operation.state == Ours::Succeeded {
        return Ok(Verdict::Odd("The gateway says that it was rejected, and here it counts as done.".into()));
    }
    let found = Found { by, number: Some(fetched.id), code, said };
    let is_new = settle::fail(db, operation, &found, rules).await?;
    Ok(if is_new { Verdict::News("It was refused.") } else { Verdict::Nothing("It was known.") })
}

/// The cardholder's bank took a payment back.
pub async fn taken_back(db: &mut PgConnection, fetched: &Payment) -> Result<Verdict> {
    let Some(payment) = payment_numbered(db, fetched.id).await? else {
        return Ok(Verdict::Odd("No payment here has this number.".into()));
    };
    let payment: Own = payments::lock(db, payment.id).await?;
    if !payments::charged_back(db, payment.id).await? {
        return Ok(Verdict::Nothing("It was known."));
    }
    payments::seen(db, payment.id, fetched.state.map_or("", word)).await?;
    tracing::error!(payment = %payment.id, "a cardholder's bank took a payment back");
    metrics::counter!("backlot_billing_alerts_total", "what" => "charged_back").increment(1);
    let (mode, unit) = (payment.mode, payment.currency.clone());
    let booking = Transfer {
        debit: Account::Chargebacks(mode, unit.clone()),
        credit: Account::Gateway(mode, unit),
        amount: payment.minor,
        cause: format!("charged_back:{}", payment.id),
        operation: None,
        payment: Some(payment.id),
        memo: format!("Charged back: {}", payment.description),
    };
    ledger::transfer(db, &booking).await?;
    Ok(Verdict::News("The cardholder's bank took it back."))
}
