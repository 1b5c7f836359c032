//! Asking before a subscription is cancelled.
use super::words::next;
use super::{Subject, crumbs, done, subject, why};
use crate::features::billing::actions::{CancelFields, Ending};
use crate::features::billing::model::CancelReason;
use crate::gateways::finby::Payments;
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::Extension;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, Subject { user, subscription, discount, mode }: &Subject, fields: &CancelFields) -> Ask {
    let ending = fields.ending.unwrap_or(Ending::Period);
    let mut all = vec![
        Field::new("select", "ending", "When")
            .hint("At the end: they keep what they paid for, and it can be undone until then. Now: they lose it at once.")
            .choices(Ending::choices())
            .value(Some(ending.code())),
        Field::new("select", "cause", "Why they leave")
            .choices([("", "Choose …")].into_iter().chain(CancelReason::choices()))
            .value(fields.cause.map(CancelReason::code)),
    ];
    all.extend(why(fields.reason.as_deref(), fields.ticket.as_deref(), false));
    let lead = format!(
        "{} Money that was paid stays paid; a refund is a step of its own, on the payment.",
        next(&admin, subscription, discount.as_ref())
    );
    Ask::new(admin, format!("Cancel the subscription of {}", user.label()), "Cancel the subscription")
        .under(crumbs(user), "Cancel")
        .lead(lead)
        .badges(vec![subscription.badge(), mode.clone()])
        .rehearsed()
        .danger()
        .fields(all)
        .undo(if ending == Ending::Period { "It can be resumed until it ends." } else { "" })
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>, Extension(payments): Extension<Payments>) -> Result<Response> {
    let subject = subject(&admin, &payments, id).await?;
    html(&question(admin, &subject, &CancelFields::default()))
}

/// Shows the effect, then does it.
pub async fn submit(
    admin: Admin,
    Path(id): Path<Uuid>,
    Extension(payments): Extension<Payments>,
    form: Form<CancelFields>,
) -> Result<Response> {
    let submitted = admin.submit(&form, form.fields.parse(id)).await?;
    let subject = subject(&admin, &payments, id).await?;
    match question(admin.clone(), &subject, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            done(&admin, id, &performed, Flash::ok(format!("The subscription of {} is cancelled.", performed.output))).await
        }
    }
}
