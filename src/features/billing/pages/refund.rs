//! Asking before money goes back.
use super::crumbs;
use super::money::{followed, key, of_mode, payment, ready, settle, why};
use crate::features::billing::actions::RefundFields;
use crate::features::billing::model::operation::ReasonCode;
use crate::features::billing::model::payment::Payment;
use crate::features::billing::store::desk::Customer;
use crate::gateways::finby::Payments;
use crate::kernel::Result;
use crate::live::settings::keys;
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::show::money;
use crate::web::{Admin, Form, Path, html};
use axum::Extension;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, (payment, user): (&Payment, &Customer), fields: &RefundFields) -> Ask {
    let form_key = key(fields.key);
    let left = format!("{}.{:02}", payment.left() / 100, payment.left() % 100);
    let paid = money(payment.minor, &payment.currency);
    let alone = money(alone_up_to(&admin), &payment.currency);
    let mut all = vec![
        Field::new("text", "amount", "Amount")
            .hint(format!("In {}; at most {}.", payment.currency, money(payment.left(), &payment.currency)))
            .value(Some(fields.amount.as_deref().unwrap_or(&left))),
        Field::new("select", "reason_code", "Why")
            .choices([("", "Choose …")].into_iter().chain(ReasonCode::choices()))
            .value(fields.reason_code.map(ReasonCode::code)),
    ];
    all.extend(why(fields.reason.as_deref(), fields.ticket.as_deref()));
    let gone = payment.refunded.saturating_add(payment.refunding);
    let before =
        if gone > 0 { format!(" {} of it went back before, or is on its way.", money(gone, &payment.currency)) } else { String::new() };
    Ask::new(admin, format!("Refund {paid}"), "Refund it")
        .under(crumbs(user), "Refund")
        .lead(format!(
            "{} paid {paid} for {}.{before} All refunds of a payment together above {alone} need a second admin.",
            user.label(),
            payment.description
        ))
        .badges(vec![of_mode(payment.mode), payment.status.badge("")])
        .rehearsed()
        .danger()
        .hidden("key", form_key.to_string())
        .fields(all)
}

fn alone_up_to(admin: &Admin) -> i64 {
    admin.site().live.now().settings.get(keys::REFUND_APPROVAL_CENTS)
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let (payment, user) = payment(&admin, id).await?;
    html(&question(admin, (&payment, &user), &RefundFields::default()))
}

/// Shows the effect, then asks the gateway, or a second admin.
pub async fn submit(
    admin: Admin,
    Extension(payments): Extension<Payments>,
    Path(id): Path<Uuid>,
    form: Form<RefundFields>,
) -> Result<Response> {
    let (payment, user) = payment(&admin, id).await?;
    let outcome = match ready(&payments, &payment.currency) {
        Err(error) => Err(error),
        Ok(mode) => admin.submit(&form, form.fields.parse(id, mode, &payment.currency, alone_up_to(&admin))).await,
    };
    match settle(question(admin.clone(), (&payment, &user), &form.fields), outcome)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            let (operation, waits) = performed.output;
            let said = if waits { "It waits for a second admin." } else { "The refund is on its way to the gateway." };
            followed(&admin, operation, &performed, said).await
        }
    }
}
