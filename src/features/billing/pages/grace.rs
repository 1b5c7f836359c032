//! Asking before somebody overdue may go on for longer.
use super::words::next;
use super::{Subject, coded, crumbs, done, subject};
use crate::features::billing::actions::GraceFields;
use crate::gateways::finby::Payments;
use crate::kernel::Result;
use crate::live::settings::keys;
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::Extension;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn most(admin: &Admin) -> i64 {
    admin.site().live.now().settings.get(keys::GRACE_MAX_DAYS)
}

fn question(admin: Admin, Subject { user, subscription, discount, mode }: &Subject, fields: &GraceFields) -> Ask {
    let lead = format!(
        "{} They keep what they pay for until grace is over; the payment stays due, and is tried again on its days.",
        next(&admin, subscription, discount.as_ref())
    );
    let days = Field::new("text", "days", "Days")
        .hint(format!("Added to the grace that there is; it may reach {} days beyond the end of the period.", most(&admin)))
        .value(fields.days.as_deref());
    let mut all = vec![days];
    all.extend(coded(fields.cause, fields.reason.as_deref(), fields.ticket.as_deref()));
    Ask::new(admin, format!("Grant {} grace", user.label()), "Grant grace")
        .under(crumbs(user), "Grace")
        .lead(lead)
        .badges(vec![subscription.badge(), mode.clone()])
        .rehearsed()
        .fields(all)
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>, Extension(payments): Extension<Payments>) -> Result<Response> {
    let subject = subject(&admin, &payments, id).await?;
    html(&question(admin, &subject, &GraceFields::default()))
}

/// Shows the effect, then does it.
pub async fn submit(
    admin: Admin,
    Path(id): Path<Uuid>,
    Extension(payments): Extension<Payments>,
    form: Form<GraceFields>,
) -> Result<Response> {
    let submitted = admin.submit(&form, form.fields.parse(id, most(&admin))).await?;
    let subject = subject(&admin, &payments, id).await?;
    match question(admin.clone(), &subject, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => done(&admin, id, &performed, Flash::ok(format!("{} has more time.", performed.output))).await,
    }
}
