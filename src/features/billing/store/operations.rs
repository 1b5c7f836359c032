//! Operations begin here: the row is there before anybody is asked anything, and it is the row that others must get past.
pub use super::credits::{balance, credit};
use super::mandates;
use super::payments::{self, New};
pub use super::rows::{find, lock};
use crate::features::billing::jobs::Send;
use crate::features::billing::model::operation::{Kind, Operation, Purpose, ReasonCode, State};
use crate::features::billing::model::payment::{Payment, PaymentStatus};
use crate::features::billing::model::plan::Plan;
use crate::gateways::finby::Mode;
use crate::jobs::NewJob;
use crate::kernel::{Actor, Error, Result, Tx, Why};
use sqlx::PgConnection;
use uuid::Uuid;

/// How long a second admin has to decide, in hours.
pub const HOURS: i32 = 72;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The operation's id: chosen by the form, so that sent twice it is one operation.
    pub key: Uuid,
    pub kind: Kind,
    pub purpose: Purpose,
    pub user: Uuid,
    pub subscription: Option<Uuid>,
    /// What is refunded, or charged again; nothing: a new payment is made for the charge.
    pub payment: Option<Uuid>,
    pub mode: Mode,
    /// Above zero, in minor units or credits.
    pub minor: i64,
    /// ISO 4217, or `CRD`.
    pub currency: String,
    /// What the customer sees on the payment.
    pub description: String,
    pub plan: Plan,
    pub reason_code: Option<ReasonCode>,
    pub why: Why,
    pub needs_approval: bool,
}

/// Who asked: an admin, or nobody where Backlot does it by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asker {
    pub admin: Option<Uuid>,
    /// The audit entry that leads to it.
    pub cause: Option<Uuid>,
    pub request: Option<Uuid>,
}

/// Begins an operation in the transaction of the action that asks for it: makes the pending payment of a charge, holds the money of a
/// refund, and has it sent, unless a second admin must approve it first. Credits that need no approval are applied by [`credit`].
///
/// # Errors
/// `Conflict` when another charge is under way, nothing may be charged, or there is not so much left to go back.
pub async fn begin(tx: &mut Tx, actor: &Actor, wanted: &Wanted) -> Result<Operation> {
    let asker = Asker { admin: actor.id(), cause: Some(tx.audit_id()), request: actor.request_id };
    begin_for(tx, asker, wanted).await
}

/// The same for a job.
///
/// # Errors
/// As [`begin`].
pub async fn begin_for(db: &mut PgConnection, asker: Asker, wanted: &Wanted) -> Result<Operation> {
    if wanted.minor <= 0 {
        return Err(Error::Conflict("There is nothing to move.".into()));
    }
    let payment = match wanted.kind {
        Kind::Credits => None,
        Kind::Refund => Some(held(db, wanted).await?),
        Kind::Charge | Kind::Link => Some(to_pay(db, wanted).await?),
    };
    let mandate = match wanted.kind {
        Kind::Charge => Some(
            mandates::standing(db, wanted.user, wanted.mode)
                .await?
                .ok_or_else(|| Error::Conflict("No card is stored that may be charged: send a payment link.".into()))?,
        ),
        _ => None,
    };
    write(db, asker, wanted, payment, mandate.map(|mandate| mandate.id)).await?;
    if wanted.kind != Kind::Credits && !wanted.needs_approval {
        enqueue(db, asker, wanted.key).await?;
    }
    find(db, wanted.key).await
}

/// Has a queued operation sent.
pub async fn enqueue(db: &mut PgConnection, asker: Asker, operation: Uuid) -> Result<()> {
    let mut job = NewJob::of(&Send { operation })?.dedup_key(format!("billing.send:{operation}"));
    if let Some(cause) = asker.cause {
        job = job.cause(cause);
    }
    if let Some(request) = asker.request {
        job = job.request_id(request);
    }
    job.enqueue(db).await?;
    Ok(())
}

/// The payment of a refund, with its money held.
async fn held(db: &mut PgConnection, wanted: &Wanted) -> Result<Uuid> {
    let id = wanted.payment.ok_or_else(|| Error::internal("a refund without a payment"))?;
    let payment = payments::lock(db, id).await?;
    if let Some(why) = payment.no_refund(Some(wanted.mode)) {
        return Err(Error::Conflict(why.into()));
    }
    if wanted.minor > payment.left() || wanted.currency != payment.currency {
        let left = crate::web::show::money(payment.left(), &payment.currency);
        return Err(Error::Conflict(format!("At most {left} of it can still go back.").into()));
    }
    payments::hold(db, id, wanted.minor).await?;
    Ok(id)
}

/// The payment of a charge: the one that failed, or a new one.
async fn to_pay(db: &mut PgConnection, wanted: &Wanted) -> Result<Uuid> {
    let Some(id) = wanted.payment else {
        let new = New {
            user: wanted.user,
            subscription: wanted.subscription,
            mode: wanted.mode,
            minor: wanted.minor,
            currency: &wanted.currency,
            description: &wanted.description,
        };
        return payments::make(db, &new).await;
    };
    let payment: Payment = payments::lock(db, id).await?;
    if payment.status != PaymentStatus::Failed {
        return Err(Error::Conflict(format!("It is {} by now.", payment.status.label().to_lowercase()).into()));
    }
    if (payment.minor, payment.currency.as_str(), payment.mode) != (wanted.minor, wanted.currency.as_str(), wanted.mode) {
        return Err(Error::internal("a payment is charged again for another amount than its own"));
    }
    Ok(id)
}

async fn write(db: &mut PgConnection, asker: Asker, wanted: &Wanted, payment: Option<Uuid>, mandate: Option<Uuid>) -> Result<()> {
    let state = if wanted.needs_approval { State::AwaitingApproval } else { State::Queued };
    let reference = format!("{}_{}", &wanted.kind.code()[..1], wanted.key.simple());
    let written = sqlx::query!(
        "insert into backlot.billing_operations (id, kind, purpose, user_id, subscription_id, payment_id, mandate_id, gateway_mode, reference,
           amount_minor, currency, state, plan, reason_code, note, ticket, requested_by, approve_until)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
           case when $12 = 'awaiting_approval' then now() + make_interval(hours => $18) end)",
        wanted.key,
        wanted.kind.code(),
        wanted.purpose.code(),
        wanted.user,
        wanted.subscription,
        payment,
        mandate,
        wanted.mode.code(),
        reference,
        wanted.minor,
        wanted.currency,
        state.code(),
        serde_json::to_value(&wanted.plan)?,
        wanted.reason_code.map(ReasonCode::code),
        wanted.why.reason,
        wanted.why.ticket,
        asker.admin,
        HOURS
    );
    written.execute(db).await.map(drop).map_err(refused)
}

/// What the database does not let through, in words.
pub fn refused(error: sqlx::Error) -> Error {
    let sentence = match &error {
        sqlx::Error::Database(database) => match database.constraint() {
            Some("billing_operations_open_charge_key" | "billing_operations_open_subscription_key") => {
                "Another charge for this is under way: see how it ends first."
            }
            Some("billing_operations_mandate_stands") => "The customer's agreement to be charged does not stand any more.",
            Some("billing_operations_subscription_runs") => "This subscription is cancelled or over: it is not charged any more.",
            Some("billing_operations_pkey") => "This was asked for already.",
            _ => return error.into(),
        },
        _ => return error.into(),
    };
    Error::Conflict(sentence.into())
}
