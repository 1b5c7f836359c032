//! Asking a second admin.
use super::money::{above, followed, of_mode, operation, settle, why};
use crate::features::billing::actions::{ApproveOperation, DeclineFields};
use crate::features::billing::model::operation::Operation;
use crate::features::billing::store::staff;
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::{Admin, Form, Path, html};
use axum::response::Response;
use serde::Deserialize;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

/// The form of an approval: there is nothing to fill in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// An operation, and who asked for it.
async fn asked(admin: &Admin, id: Uuid) -> Result<(Operation, String)> {
    let operation = operation(admin, id).await?;
    let mut db = admin.reader().await?;
    let by = staff::name(&mut db, operation.requested_by).await?;
    db.keep();
    Ok((operation, by.unwrap_or_else(|| "Backlot".into())))
}

fn lead(operation: &Operation, by: &str) -> String {
    let reason = operation.reason_code.map(|code| format!(" Why: {}.", code.label())).unwrap_or_default();
    let note = operation.note.as_deref().map(|note| format!(" “{note}”")).unwrap_or_default();
    format!("{by} asks for this: {}.{reason}{note}", operation.title())
}

fn approval(admin: Admin, operation: &Operation, by: &str) -> Ask {
    Ask::new(admin, format!("Approve: {}", operation.title()), "Approve it")
        .under(above(operation), "Approve")
        .lead(lead(operation, by))
        .badges(vec![of_mode(operation.mode), operation.state.badge("")])
        .rehearsed()
        .danger()
}

fn refusal(admin: Admin, operation: &Operation, by: &str, fields: &DeclineFields) -> Ask {
    let is_own = admin.actor().id() == operation.requested_by;
    let word = if is_own { "Take back" } else { "Decline" };
    Ask::new(admin, format!("{word}: {}", operation.title()), format!("{word} it"))
        .under(above(operation), if is_own { "Take back" } else { "Decline" })
        .lead(lead(operation, by))
        .badges(vec![of_mode(operation.mode), operation.state.badge("")])
        .rehearsed()
        .fields(why(fields.reason.as_deref(), fields.ticket.as_deref()))
        .undo("It can be asked for anew.")
}

/// The question whether to approve.
pub async fn ask_approval(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let (operation, by) = asked(&admin, id).await?;
    html(&approval(admin, &operation, &by))
}

/// Shows the effect, then approves.
pub async fn approve(admin: Admin, Path(id): Path<Uuid>, form: Form<Nothing>) -> Result<Response> {
    let (operation, by) = asked(&admin, id).await?;
    let outcome = admin.submit(&form, Ok(ApproveOperation { id })).await;
    match settle(approval(admin.clone(), &operation, &by), outcome)? {
        Break(page) => Ok(page),
        Continue(performed) => followed(&admin, id, &performed, "It is approved.").await,
    }
}

/// The question whether to decline.
pub async fn ask_refusal(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let (operation, by) = asked(&admin, id).await?;
    html(&refusal(admin, &operation, &by, &DeclineFields::default()))
}

/// Shows the effect, then declines.
pub async fn decline(admin: Admin, Path(id): Path<Uuid>, form: Form<DeclineFields>) -> Result<Response> {
    let (operation, by) = asked(&admin, id).await?;
    let outcome = admin.submit(&form, form.fields.parse(id)).await;
    match settle(refusal(admin.clone(), &operation, &by, &form.fields), outcome)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            followed(&admin, id, &performed, if performed.output { "It is taken back." } else { "It is declined." }).await
        }
    }
}
