//! Asking the gateway, and what its answer means for the operation.
use super::look::pause;
use super::send::lost;
use crate::features::billing::jobs::Rules;
use crate::features::billing::jobs::Till;
use crate::features::billing::model::operation::{Kind, Operation, SettledBy, State};
use crate::features::billing::store::calls::{Call, Made};
use crate::features::billing::store::settle::{self, Found};
use crate::features::billing::store::{link, mandates, payments, steps};
use crate::gateways::finby::{Charge, Charged, GatewayError, Hosted, Meaning, Payer, PaymentGateway, Refund, meaning};
use crate::kernel::Result;
use sqlx::PgConnection;

/// What came of asking.
pub enum Answer {
    /// Money moved.
    Done { number: Option<i64>, code: String },
    /// The gateway has it: the state will tell.
    Taken { number: Option<i64>, code: Option<String> },
    /// It will not: nothing moved.
    Refused { number: Option<i64>, code: Option<String>, said: String },
    /// Where the customer pays.
    Page(String),
    /// Nothing was sent: it can be asked again with the same reference.
    NotSent(GatewayError),
    /// Nobody knows.
    Lost(String),
}

/// All that is sent.
pub struct Order {
    operation: Operation,
    /// The number of the payment that is charged again, or refunded.
    initial: i64,
    payer: Payer,
    /// Two letters (ISO 639-1).
    language: String,
}

impl Order {
    /// Reads what is sent with an operation.
    pub async fn of(db: &mut PgConnection, operation: Operation) -> Result<Self> {
        let initial = match (operation.kind, operation.mandate, operation.payment) {
            (Kind::Charge, Some(mandate), _) => mandates::initial(db, mandate).await?,
            (Kind::Refund, _, Some(payment)) => payments::find(&mut *db, payment).await?.number().unwrap_or(0),
            _ => 0,
        };
        let (payer, language) = link::customer(db, operation.user).await?;
        Ok(Self { operation, initial, payer, language })
    }
}

/// Asks the gateway.
pub async fn ask(till: &Till, order: Order) -> (Answer, Made) {
    let Order { operation, initial, payer, language } = order;
    let call = Call::begin(match operation.kind {
        Kind::Charge => "charge",
        Kind::Link => "agree",
        Kind::Refund | Kind::Credits => "refund",
    });
    let amount = till.payments.amount(operation.minor, &operation.currency);
    let asked = till.payments.of(operation.mode).and_then(|gateway| amount.map(|amount| (gateway, amount)));
    let (gateway, amount) = match asked {
        Ok(both) => both,
        Err(error) => return (Answer::of(&error), call.end::<()>(&Err(error), None)),
    };
    let reference = operation.reference.clone();
    match operation.kind {
        Kind::Charge => {
            let charged = gateway.charge(&Charge { reference, amount, initial }).await;
            let code = charged.as_ref().ok().map(|charged| charged.code.clone());
            let made = call.end(&charged, code);
            (charged.map_or_else(|error| Answer::of(&error), Answer::charged), made)
        }
        Kind::Link => {
            let hosted = Hosted { reference, amount, language, addresses: till.payments.addresses() };
            let page = gateway.agree(&hosted, &payer);
            let made = call.end(&page, None);
            (page.map_or_else(|error| Answer::of(&error), Answer::Page), made)
        }
        Kind::Refund | Kind::Credits => refund(gateway.as_ref(), &Refund { reference, amount, payment: initial }, &call).await,
    }
}

async fn refund(gateway: &dyn PaymentGateway, order: &Refund, call: &Call) -> (Answer, Made) {
    let taken = gateway.refund(order).await;
    let made = call.end(&taken, None);
    let answer = match taken {
        Ok(number) => Answer::Taken { number: Some(number), code: None },
        // It may not know its own payment yet; nothing moved.
        Err(GatewayError::NotFound) => Answer::NotSent(GatewayError::NotFound),
        Err(error) => Answer::of(&error),
    };
    (answer, made)
}

impl Answer {
    fn of(error: &GatewayError) -> Self {
        match error {
            GatewayError::Rejected { code, why, .. } => Self::Refused {
                number: None,
                code: Some(code.clone()).filter(|code| !code.is_empty()),
                said: format!("The gateway refuses: {why}."),
            },
            GatewayError::NotFound => Self::Refused {
                number: None,
                code: Some("1010".into()),
                said: "The gateway does not know the customer's agreement.".into(),
            },
            GatewayError::Uncertain(why) => Self::Lost(format!("The gateway's answer was lost: {why}.")),
            other => Self::NotSent(other.clone()),
        }
    }

    fn charged(charged: Charged) -> Self {
        let Charged { meaning: means, code, id: number } = charged;
        match means {
            Meaning::Done => Self::Done { number, code },
            Meaning::Declined(decline) => Self::Refused { number, code: Some(code), said: decline.advice().to_owned() },
            _ => Self::Taken { number, code: Some(code) },
        }
    }
}

/// What an answer means for an operation that is locked. What was heard of it meanwhile stands.
pub async fn write(db: &mut PgConnection, operation: &Operation, answer: &Answer, rules: &Rules) -> Result<()> {
    let by = SettledBy::Answer;
    match answer {
        Answer::Done { number, code } => {
            let found = Found { by, number: *number, code: Some(code), said: "The gateway charged it." };
            settle::succeed(db, operation, &found).await.map(drop)
        }
        Answer::Refused { number, code, said } => {
            let found = Found { by, number: *number, code: code.as_deref(), said };
            settle::fail(db, operation, &found, rules).await.map(drop)
        }
        Answer::Taken { number, code } if operation.state == State::Sending => {
            let heard = steps::Heard {
                state: State::Waiting,
                number: *number,
                code: code.as_deref().filter(|code| meaning(code) != Meaning::Unknown),
                answer: "The gateway took it.",
                look_in: number.map(|_| pause(0)),
            };
            steps::heard(db, operation.id, &heard).await?;
            if number.is_some() { super::look::soon(db, operation.id, 0).await } else { Ok(()) }
        }
        Answer::Taken { number: Some(number), .. } if operation.gateway_ref.is_none() => steps::numbered(db, operation.id, *number).await,
        Answer::Page(page) if operation.state == State::Sending => link::sent(db, operation, page).await,
        Answer::Lost(why) if operation.state == State::Sending => lost(db, operation, why).await,
        Answer::Taken { .. } | Answer::Page(_) | Answer::Lost(_) | Answer::NotSent(_) => Ok(()),
    }
}
