//! Asking before credits are granted or deducted.
use super::money::mode;
use super::{coded, crumbs, done};
use crate::features::billing::actions::{CreditFields, Way};
use crate::features::billing::store::desk::{self, Customer};
use crate::gateways::finby::{Mode, Payments};
use crate::kernel::Result;
use crate::live::settings::keys;
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::show::number;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::Extension;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

async fn subject(admin: &Admin, id: Uuid) -> Result<(Customer, i64)> {
    let mut db = admin.reader().await?;
    let found = (desk::customer(&mut *db, id).await?, desk::balance(&mut *db, id).await?);
    db.keep();
    Ok(found)
}

/// How many credits one admin alone may move.
fn alone(admin: &Admin) -> i64 {
    admin.site().live.now().settings.get(keys::GRANT_APPROVAL_CREDITS)
}

fn question(admin: Admin, payments: &Payments, (user, balance): &(Customer, i64), fields: &CreditFields) -> Ask {
    let most = number(alone(&admin));
    let mut all = vec![
        Field::new("select", "way", "What").choices(Way::choices()).value(Some(fields.way.unwrap_or(Way::Grant).code())),
        Field::new("text", "credits", "Credits").hint(format!("More than {most} take a second admin.")).value(fields.credits.as_deref()),
    ];
    all.extend(coded(fields.cause, fields.reason.as_deref(), fields.ticket.as_deref()));
    Ask::new(admin, format!("Grant or deduct credits of {}", user.label()), "Move the credits")
        .under(crumbs(user), "Credits")
        .lead(format!("They have {} credits now, the sum of their ledger.", number(*balance)))
        .badges(vec![mode(payments)])
        .rehearsed()
        .fields(all)
        .undo("The opposite can be booked; the ledger keeps both.")
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>, Extension(payments): Extension<Payments>) -> Result<Response> {
    let subject = subject(&admin, id).await?;
    html(&question(admin, &payments, &subject, &CreditFields::default()))
}

/// Shows the effect, then does it, or leaves it to a second admin.
pub async fn submit(
    admin: Admin,
    Path(id): Path<Uuid>,
    Extension(payments): Extension<Payments>,
    form: Form<CreditFields>,
) -> Result<Response> {
    // Where no money moves at all, credits are as real as ever.
    let mode = payments.mode().unwrap_or(Mode::Live);
    let submitted = admin.submit(&form, form.fields.parse(id, form.key, alone(&admin), mode)).await?;
    let subject = subject(&admin, id).await?;
    match question(admin.clone(), &payments, &subject, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            let said = if performed.output { "A second admin must approve it now." } else { "The credits are booked." };
            done(&admin, id, &performed, Flash::ok(said)).await
        }
    }
}
