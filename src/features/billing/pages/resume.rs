//! Asking before a cancellation is taken back.
use super::words::next;
use super::{Subject, crumbs, done, subject, why};
use crate::features::billing::actions::ResumeFields;
use crate::gateways::finby::Payments;
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::Extension;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, Subject { user, subscription, discount, mode }: &Subject, fields: &ResumeFields) -> Ask {
    let lead = format!(
        "{} It goes on as if nothing had been said, and is charged again when its period ends.",
        next(&admin, subscription, discount.as_ref())
    );
    Ask::new(admin, format!("Resume the subscription of {}", user.label()), "Resume the subscription")
        .under(crumbs(user), "Resume")
        .lead(lead)
        .badges(vec![subscription.badge(), mode.clone()])
        .fields(why(fields.reason.as_deref(), fields.ticket.as_deref(), false))
        .undo("It can be cancelled again.")
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>, Extension(payments): Extension<Payments>) -> Result<Response> {
    let subject = subject(&admin, &payments, id).await?;
    html(&question(admin, &subject, &ResumeFields::default()))
}

/// Does it.
pub async fn submit(
    admin: Admin,
    Path(id): Path<Uuid>,
    Extension(payments): Extension<Payments>,
    form: Form<ResumeFields>,
) -> Result<Response> {
    let submitted = admin.submit(&form, form.fields.parse(id)).await?;
    let subject = subject(&admin, &payments, id).await?;
    match question(admin.clone(), &subject, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => done(&admin, id, &performed, Flash::ok(format!("The subscription of {} goes on.", performed.output))).await,
    }
}
