//! Asking how an operation ended that nobody could say anything of.
use super::money::{above, followed, of_mode, operation, settle, why};
use crate::features::billing::actions::SettleFields;
use crate::features::billing::jobs::Rules;
use crate::features::billing::model::operation::{Operation, Outcome, State};
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::{Admin, Form, Path, html};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, operation: &Operation, fields: &SettleFields) -> Ask {
    let outcome = Field::new("select", "outcome", "What you found")
        .hint(format!("Look for the reference {} in the gateway's own pages.", operation.reference))
        .choices([("", "Choose …")].into_iter().chain(Outcome::choices()))
        .value(fields.outcome.map(Outcome::code));
    let number = Field::new("text", "number", "The gateway's number")
        .hint("If you found it there: without it a charge cannot be refunded later.")
        .optional()
        .value(fields.number.as_deref());
    let mut all = vec![outcome, number];
    all.extend(why(fields.reason.as_deref(), fields.ticket.as_deref()));
    let claimed = match &operation.claim {
        Some(claim) => {
            let number = claim.number.map(|number| format!(", as {number}")).unwrap_or_default();
            format!(" The first admin found: {}{number}. “{}”", claim.outcome.label(), claim.evidence)
        }
        None => " It counts when a second admin has found the same.".to_owned(),
    };
    Ask::new(admin, format!("Say how it ended: {}", operation.title()), "Say so")
        .under(above(operation), "Settle")
        .lead(format!("It was sent, and no answer came. Say in the note what you saw, and where: it is the evidence.{claimed}"))
        .badges(vec![of_mode(operation.mode), operation.state.badge("")])
        .rehearsed()
        .danger()
        .fields(all)
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let operation = operation(&admin, id).await?;
    html(&question(admin, &operation, &SettleFields::default()))
}

/// Shows the effect, then takes it down, or settles it.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<SettleFields>) -> Result<Response> {
    let operation = operation(&admin, id).await?;
    let rules = Rules::of(&admin.site().live);
    let outcome = admin.submit(&form, form.fields.parse(id, rules)).await;
    match settle(question(admin.clone(), &operation, &form.fields), outcome)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            let waits = performed.output == State::Uncertain;
            let said = if waits { "It is noted. A second admin must find the same." } else { "It is settled." };
            followed(&admin, id, &performed, said).await
        }
    }
}
