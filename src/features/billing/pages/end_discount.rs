//! Asking before a discount ends.
use super::words::next;
use super::{Subject, coded, crumbs, done, subject};
use crate::features::billing::actions::EndDiscountFields;
use crate::gateways::finby::Payments;
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::Extension;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, Subject { user, subscription, discount, mode }: &Subject, fields: &EndDiscountFields) -> Ask {
    let lead = format!(
        "{} What was charged at the lower price stays; the next charge is the full price.",
        next(&admin, subscription, discount.as_ref())
    );
    Ask::new(admin, format!("End the discount of {}", user.label()), "End the discount")
        .under(crumbs(user), "End discount")
        .lead(lead)
        .badges(vec![subscription.badge(), mode.clone()])
        .rehearsed()
        .fields(coded(fields.cause, fields.reason.as_deref(), fields.ticket.as_deref()))
        .undo("It can be given again.")
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>, Extension(payments): Extension<Payments>) -> Result<Response> {
    let subject = subject(&admin, &payments, id).await?;
    html(&question(admin, &subject, &EndDiscountFields::default()))
}

/// Shows the effect, then does it.
pub async fn submit(
    admin: Admin,
    Path(id): Path<Uuid>,
    Extension(payments): Extension<Payments>,
    form: Form<EndDiscountFields>,
) -> Result<Response> {
    let submitted = admin.submit(&form, form.fields.parse(id)).await?;
    let subject = subject(&admin, &payments, id).await?;
    match question(admin.clone(), &subject, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => done(&admin, id, &performed, Flash::ok(format!("The discount of {} has ended.", performed.output))).await,
    }
}
