//! Asking before a card is charged again.
use super::crumbs;
use super::money::{followed, key, of_mode, payment, ready, settle, why};
use crate::features::billing::actions::{AgainFields, RetryPayment};
use crate::features::billing::jobs::Rules;
use crate::features::billing::model::payment::Payment;
use crate::features::billing::store::desk::Customer;
use crate::gateways::finby::{Meaning, Payments, meaning};
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::show::money;
use crate::web::{Admin, Form, Path, html};
use axum::Extension;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, (payment, user): (&Payment, &Customer), fields: &AgainFields) -> Ask {
    let amount = money(payment.minor, &payment.currency);
    let advice = match payment.failure_code.as_deref().map(meaning) {
        Some(Meaning::Declined(decline)) => decline.advice(),
        _ => "The gateway gave no reason that says what would help.",
    };
    Ask::new(admin, format!("Charge {amount} again"), format!("Charge {amount}"))
        .under(crumbs(user), "Retry")
        .lead(format!("The card that {} has agreed to be charged by is charged once more, now. {advice}", user.label()))
        .badges(vec![of_mode(payment.mode), payment.status.badge(payment.failure_text.as_deref().unwrap_or_default())])
        .rehearsed()
        .danger()
        .hidden("key", key(fields.key).to_string())
        .fields(why(fields.reason.as_deref(), fields.ticket.as_deref()))
        .undo("What is charged can be refunded.")
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let (payment, user) = payment(&admin, id).await?;
    html(&question(admin, (&payment, &user), &AgainFields::default()))
}

/// Shows the effect, then has the card charged.
pub async fn submit(
    admin: Admin,
    Extension(payments): Extension<Payments>,
    Path(id): Path<Uuid>,
    form: Form<AgainFields>,
) -> Result<Response> {
    let (payment, user) = payment(&admin, id).await?;
    let rules = Rules::of(&admin.site().live);
    let outcome = match ready(&payments, &payment.currency) {
        Err(error) => Err(error),
        Ok(mode) => {
            let asked = form.fields.parse().map(|(key, why)| RetryPayment { id, key, mode, rules, why });
            admin.submit(&form, asked).await
        }
    };
    match settle(question(admin.clone(), (&payment, &user), &form.fields), outcome)? {
        Break(page) => Ok(page),
        Continue(performed) => followed(&admin, performed.output, &performed, "The charge is on its way to the gateway.").await,
    }
}
