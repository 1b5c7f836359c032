//! Asking for a new flag.
use super::{PATH, crumbs, form, told, why};
use crate::features::flags::actions::{CreateFlag, FlagFields};
use crate::kernel::{Result, id};
use crate::web::ask::Ask;
use crate::web::{Admin, Flash, Form, html, see_other};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};

fn question(admin: Admin, typed: &FlagFields) -> Ask {
    let mut fields = form::fields(typed);
    fields.extend(why(typed.reason.as_deref(), typed.ticket.as_deref(), false));
    Ask::new(admin, "New feature flag", "Make the flag")
        .under(crumbs(None), "New")
        .lead("A flag that is off changes nothing: make it first, name users afterwards, turn it on last.")
        .rehearsed()
        .hidden("id", typed.id.map_or_else(|| id::new().to_string(), |id| id.to_string()))
        .fields(fields)
        .tailored("way")
}

/// The question.
pub async fn ask(admin: Admin) -> Result<Response> {
    html(&question(admin, &FlagFields::default()))
}

/// Shows who would have it, then makes it.
pub async fn submit(admin: Admin, form: Form<FlagFields>) -> Result<Response> {
    let submitted = admin.submit(&form, CreateFlag::parse(&form.fields)).await?;
    match question(admin.clone(), &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            told(&admin, Flash::ok(format!("The flag {} is made.", performed.output)).audit(performed.audit_id)).await?;
            Ok(see_other(&format!("{PATH}/{}", performed.output)))
        }
    }
}
