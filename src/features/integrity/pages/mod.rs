//! What can be seen of the data's integrity; a file each.
pub mod cleanup;
mod finding;
pub mod index;
pub mod remove;
pub mod repair;
pub mod run;
pub mod show;
mod words;

use super::actions::{Order, OrderFields};
use super::jobs::limits;
use super::model::{Check, Repair};
use super::store::runs;
use crate::kernel::{Error, Invalid, Result};
use crate::web::parts::{Badge, Field, Link, Tab};
use crate::web::{Admin, Flash, see_other};
use axum::response::Response;
use uuid::Uuid;

const PATH: &str = "/admin/data";

/// The check of an address.
fn subject(code: &str) -> Result<Check> {
    Check::find(code).ok_or_else(|| Error::NotFound("There is no such check.".into()))
}

/// The address of a check's page.
fn home(check: Check) -> String {
    format!("{PATH}/{}", check.code())
}

/// The pages above an action on a check.
fn crumbs(check: Check) -> Vec<Link> {
    vec![
        Link { href: "/admin".into(), label: "Home".into() },
        Link { href: PATH.into(), label: "Integrity".into() },
        Link { href: home(check), label: check.label().into() },
    ]
}

/// The two halves of the feature.
fn tabs(here: &str) -> Vec<Tab> {
    let tab = |href: &str, label| Tab { href: href.to_owned(), label, current: href == here };
    vec![tab(PATH, "Checks"), tab("/admin/data/cleanup", "Tidying up")]
}

/// How bad what a check finds is.
fn severity(check: Check) -> Badge {
    Badge::new(check.severity().tone(), check.severity().label())
}

/// What is asked before a repair.
fn why(reason: Option<&str>, ticket: Option<&str>) -> Vec<Field> {
    vec![
        Field::new("area", "reason", "Reason").hint("For your colleagues and the record.").value(reason),
        Field::new("text", "ticket", "Ticket").hint("A number or an address, if there is one.").optional().value(ticket),
    ]
}

/// The rows that a repair is about: what the newest look found and nobody has put right since.
async fn rows(admin: &Admin, check: Check) -> Result<Vec<String>> {
    let mut db = admin.reader().await?;
    let run = runs::newest(&mut db, check).await?;
    let rows = runs::open_rows(&mut db, run).await?;
    db.keep();
    if rows.is_empty() {
        return Err(Error::Conflict("Nothing that this check has found is left to be put right.".into()));
    }
    Ok(rows)
}

/// The order that a form asks for.
fn order(admin: &Admin, check: Check, fields: &OrderFields) -> Result<Order, Invalid> {
    fields.parse(check, limits(&admin.site().live))
}

/// The form about these rows, not filled yet.
async fn blank(admin: &Admin, check: Check) -> Result<OrderFields> {
    Ok(OrderFields { rows: serde_json::to_string(&rows(admin, check).await?)?, ..OrderFields::default() })
}

/// The words of a repair's button, if it is of this kind.
fn button(check: Check, removes: bool) -> Result<&'static str> {
    match (check.about().repair, removes) {
        (Repair::Mend(words), false) | (Repair::Remove(words), true) => Ok(words),
        _ => Err(Error::NotFound("What this check finds is not put right in this way.".into())),
    }
}

/// Back to the check's page, with a sentence that links to the record.
async fn done(admin: &Admin, check: Check, audit_id: Uuid, flash: Flash) -> Result<Response> {
    admin.tell(flash.audit(audit_id)).await?;
    Ok(see_other(&home(check)))
}
