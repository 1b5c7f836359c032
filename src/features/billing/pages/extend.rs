//! Asking before a subscription is extended.
use super::words::next;
use super::{Subject, coded, crumbs, done, subject};
use crate::features::billing::actions::ExtendFields;
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
    admin.site().live.now().settings.get(keys::EXTEND_MAX_DAYS)
}

fn question(admin: Admin, Subject { user, subscription, discount, mode }: &Subject, fields: &ExtendFields) -> Ask {
    let lead = format!(
        "{} The end of the period and the next charge move; nothing is charged for the days.",
        next(&admin, subscription, discount.as_ref())
    );
    let days = Field::new("text", "days", "Days").hint(format!("At most {} at once.", most(&admin))).value(fields.days.as_deref());
    let mut all = vec![days];
    all.extend(coded(fields.cause, fields.reason.as_deref(), fields.ticket.as_deref()));
    Ask::new(admin, format!("Extend the subscription of {}", user.label()), "Extend the subscription")
        .under(crumbs(user), "Extend")
        .lead(lead)
        .badges(vec![subscription.badge(), mode.clone()])
        .rehearsed()
        .fields(all)
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>, Extension(payments): Extension<Payments>) -> Result<Response> {
    let subject = subject(&admin, &payments, id).await?;
    html(&question(admin, &subject, &ExtendFields::default()))
}

/// Shows the effect, then does it.
pub async fn submit(
    admin: Admin,
    Path(id): Path<Uuid>,
    Extension(payments): Extension<Payments>,
    form: Form<ExtendFields>,
) -> Result<Response> {
    let submitted = admin.submit(&form, form.fields.parse(id, most(&admin))).await?;
    let subject = subject(&admin, &payments, id).await?;
    match question(admin.clone(), &subject, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            done(&admin, id, &performed, Flash::ok(format!("The subscription of {} is extended.", performed.output))).await
        }
    }
}
