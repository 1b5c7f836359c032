//! Asking before a price is lowered.
use super::words::next;
use super::{Subject, coded, crumbs, done, subject};
use crate::features::billing::actions::DiscountFields;
use crate::gateways::finby::Payments;
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::{Admin, Flash, Form, Path, html, show};
use axum::Extension;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, Subject { user, subscription, discount, mode }: &Subject, fields: &DiscountFields) -> Ask {
    let price = show::money(subscription.price_minor, &subscription.currency);
    let lead = format!(
        "{} It pays {price}; the lower price begins with the next charge. A discount that runs is replaced.",
        next(&admin, subscription, discount.as_ref())
    );
    let mut all = vec![
        Field::new("text", "percent", "Per cent off").hint("1 to 100; or else an amount.").optional().value(fields.percent.as_deref()),
        Field::new("money", "amount", "Amount off")
            .hint(format!("In {}, of each charge.", subscription.currency))
            .optional()
            .value(fields.amount.as_deref()),
        Field::new("text", "periods", "Periods").hint("For how many charges, 1 to 36.").value(fields.periods.as_deref()),
    ];
    all.extend(coded(fields.cause, fields.reason.as_deref(), fields.ticket.as_deref()));
    Ask::new(admin, format!("Lower the price for {}", user.label()), "Give the discount")
        .under(crumbs(user), "Discount")
        .lead(lead)
        .badges(vec![subscription.badge(), mode.clone()])
        .rehearsed()
        .fields(all)
        .undo("It can be ended at any time; what was charged by then stays.")
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>, Extension(payments): Extension<Payments>) -> Result<Response> {
    let subject = subject(&admin, &payments, id).await?;
    html(&question(admin, &subject, &DiscountFields::default()))
}

/// Shows the effect, then does it.
pub async fn submit(
    admin: Admin,
    Path(id): Path<Uuid>,
    Extension(payments): Extension<Payments>,
    form: Form<DiscountFields>,
) -> Result<Response> {
    let subject = subject(&admin, &payments, id).await?;
    let submitted = admin.submit(&form, form.fields.parse(&subject.subscription)).await?;
    match question(admin.clone(), &subject, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            done(&admin, id, &performed, Flash::ok(format!("{} pays less from the next charge on.", performed.output))).await
        }
    }
}
