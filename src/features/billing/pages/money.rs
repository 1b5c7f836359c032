//! What the pages about money have in common.
use crate::features::billing::model::operation::Operation;
use crate::features::billing::model::payment::Payment;
use crate::features::billing::store::desk::{self, Customer};
use crate::features::billing::store::{operations, payments};
use crate::gateways::finby::{Mode, Payments};
use crate::kernel::{Audited, Error, Invalid, Performed, Result, id};
use crate::web::ask::Ask;
use crate::web::parts::{Badge, Field, Link, Tab};
use crate::web::{Admin, Flash, Submitted, see_other};
use axum::http::StatusCode;
use axum::response::Response;
use std::ops::ControlFlow::{self, Break};
use uuid::Uuid;

/// Where operations are.
pub const OPERATIONS: &str = "/admin/billing/operations";

/// In which world money moves: shown on every page about it.
pub fn mode(payments: &Payments) -> Badge {
    match payments.mode() {
        None => Badge::new("", "No gateway").because("no money moves from here"),
        Some(mode) => of_mode(mode),
    }
}

/// The world that a row is of.
pub fn of_mode(mode: Mode) -> Badge {
    match mode {
        Mode::Sandbox => Badge::new("warn", "Sandbox").because("no real money moves"),
        Mode::Test => Badge::new("warn", "Test").because("the gateway's test system: no real money moves"),
        Mode::Live => Badge::new("bad", "Live").because("real money moves"),
    }
}

/// The key of an operation: the form's, or a new one where it is not filled yet.
pub fn key(given: Option<Uuid>) -> Uuid {
    match given {
        Some(key) => key,
        None => id::new(),
    }
}

/// The lists of money.
pub fn tabs(current: &str) -> Vec<Tab> {
    let tab = |href: &str, label| Tab { href: href.to_owned(), label, current: href == current };
    vec![tab(OPERATIONS, "Operations"), tab("/admin/billing/notices", "Notices"), tab("/admin/billing/reconciliation", "Reconciliation")]
}

/// The pages above an action about an operation.
pub fn above(operation: &Operation) -> Vec<Link> {
    vec![
        Link { href: "/admin".into(), label: "Home".into() },
        Link { href: OPERATIONS.into(), label: "Operations".into() },
        Link { href: format!("{OPERATIONS}/{}", operation.id), label: operation.label() },
    ]
}

/// The operation that an action is about.
pub async fn operation(admin: &Admin, id: Uuid) -> Result<Operation> {
    operations::find(admin.read(), id).await
}

/// The payment that an action is about, and its customer.
pub async fn payment(admin: &Admin, id: Uuid) -> Result<(Payment, Customer)> {
    let mut db = admin.reader().await?;
    let payment = payments::find(&mut *db, id).await?;
    let user = desk::customer(&mut *db, payment.user).await?;
    db.keep();
    Ok((payment, user))
}

/// The mode that something can be done in.
///
/// # Errors
/// `Conflict` where no money moves from here, or not in this currency.
pub fn ready(payments: &Payments, currency: &str) -> Result<Mode> {
    match (payments.mode(), payments.lacks(currency)) {
        (Some(mode), None) => Ok(mode),
        (_, why) => Err(Error::Conflict(why.unwrap_or_else(|| "No payment gateway is set up here.".into()).into())),
    }
}

/// The fields of a note and a ticket.
pub fn why(reason: Option<&str>, ticket: Option<&str>) -> Vec<Field> {
    super::why(reason, ticket, true)
}

/// The question again when somebody was faster: 409, and what was typed stays.
pub fn settle<T>(question: Ask, outcome: Result<Submitted<T>>) -> Result<ControlFlow<Response, Performed<T>>> {
    let (submitted, status) = match outcome {
        Err(Error::Conflict(why)) => (Submitted::Invalid(Invalid::field("", why)), Some(StatusCode::CONFLICT)),
        other => (other?, None),
    };
    Ok(match question.settle(submitted)? {
        Break(mut page) => {
            *page.status_mut() = status.unwrap_or(page.status());
            Break(page)
        }
        done => done,
    })
}

/// On to an operation, with a sentence that links to the record.
pub async fn followed<T>(admin: &Admin, operation: Uuid, performed: &Performed<T>, said: &str) -> Result<Response> {
    admin.tell(Flash::ok(said).audit(performed.audit_id)).await?;
    Ok(see_other(&format!("{OPERATIONS}/{operation}")))
}
