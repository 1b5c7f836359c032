//! Asking before a customer is sent a link to pay.
use super::crumbs;
use super::money::{followed, key, of_mode, payment, ready, settle, why};
use crate::features::billing::actions::{AgainFields, SendPaymentLink};
use crate::features::billing::jobs::Rules;
use crate::features::billing::model::payment::Payment;
use crate::features::billing::store::desk::Customer;
use crate::gateways::finby::Payments;
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
    Ask::new(admin, format!("Send a link to pay {amount}"), "Send the link")
        .under(crumbs(user), "Payment link")
        .lead(format!(
            "{} gets a letter with a link to the gateway's own page, where they pay {amount} with this card or another one, and confirm \
             it with their bank if it asks them to. Until the link ends, the stored card is not charged for it.",
            user.label()
        ))
        .badges(vec![of_mode(payment.mode), payment.status.badge(payment.failure_text.as_deref().unwrap_or_default())])
        .rehearsed()
        .hidden("key", key(fields.key).to_string())
        .fields(why(fields.reason.as_deref(), fields.ticket.as_deref()))
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let (payment, user) = payment(&admin, id).await?;
    html(&question(admin, (&payment, &user), &AgainFields::default()))
}

/// Shows the effect, then has the link made and sent.
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
            let asked = form.fields.parse().map(|(key, why)| SendPaymentLink { id, key, mode, rules, why });
            admin.submit(&form, asked).await
        }
    };
    match settle(question(admin.clone(), (&payment, &user), &form.fields), outcome)? {
        Break(page) => Ok(page),
        Continue(performed) => followed(&admin, performed.output, &performed, "The link is made and sent.").await,
    }
}
