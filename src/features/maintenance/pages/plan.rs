//! Planning a window.
use super::{PATH, done, form};
use crate::features::maintenance::actions::PlanFields;
use crate::kernel::{Error, Result};
use crate::web::{Admin, Flash, Form, Submitted, html, unprocessable};
use axum::response::Response;

fn page(admin: Admin, typed: &PlanFields) -> form::Window {
    let zone = typed.zone.clone().unwrap_or_else(|| admin.signed().time_zone.clone());
    form::Window {
        title: "Plan a maintenance window",
        step: "Plan",
        lead: "It begins and ends by itself. Users are told of it a day ahead.",
        badges: Vec::new(),
        post: format!("{PATH}/plan"),
        fields: form::fields(typed, &zone, false),
        hidden: vec![("zone", zone)],
        errors: Vec::new(),
        confirm: "Plan this window",
        conflict: None,
        admin,
    }
}

/// The form.
pub async fn ask(admin: Admin) -> Result<Response> {
    html(&page(admin, &PlanFields::default()))
}

/// Plans it.
pub async fn submit(admin: Admin, form: Form<PlanFields>) -> Result<Response> {
    let action = form.fields.parse(form.key, &admin.signed().time_zone);
    match admin.submit(&form, action).await? {
        Submitted::Done(performed) => {
            done(&admin, performed.audit_id, Flash::ok(format!("Maintenance is planned for {}.", performed.output))).await
        }
        Submitted::Invalid(invalid) => {
            let mut page = page(admin, &form.fields);
            page.refuse(&invalid);
            unprocessable(&page)
        }
        _ => Err(Error::internal("what is done at once was asked about")),
    }
}
