//! Asking before the platform is taken away from its users.
use super::{crumbs, done, zone_hint};
use crate::features::maintenance::actions::BeginFields;
use crate::kernel::{Error, Invalid, Result, id};
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::{Admin, Flash, Form, Submitted, html};
use axum::http::StatusCode;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};

fn question(admin: Admin, fields: &BeginFields) -> Ask {
    let zone = fields.zone.clone().unwrap_or_else(|| admin.signed().time_zone.clone());
    let window = match fields.window {
        Some(window) => window,
        None => id::new(),
    };
    let end = format!("{} It ends by itself then; left empty, it lasts until somebody ends it.", zone_hint(&zone));
    Ask::new(admin, "Begin maintenance now", "Begin maintenance")
        .under(crumbs(), "Begin now")
        .lead("From this moment users can read but not change anything, on every server within seconds. What is running goes on. Admins are not affected.")
        .rehearsed()
        .danger()
        .hidden("window", window.to_string())
        .hidden("zone", zone)
        .fields(vec![
            Field::new("area", "message", "What users are told").hint("Plain text, in their words: what happens, and when it is over.").value(fields.message.as_deref()),
            Field::new("datetime-local", "ends_at", "Ends").hint(end).optional().value(fields.ends_at.as_deref()),
        ])
        .undo("Ending it takes one click.")
}

/// The question.
pub async fn ask(admin: Admin) -> Result<Response> {
    html(&question(admin, &BeginFields::default()))
}

/// Shows the effect, then does it. When somebody was faster what was typed stays.
pub async fn submit(admin: Admin, form: Form<BeginFields>) -> Result<Response> {
    let action = form.fields.parse(&admin.signed().time_zone);
    let (submitted, status) = match admin.submit(&form, action).await {
        Err(Error::Conflict(why)) => (Submitted::Invalid(Invalid::field("", why)), Some(StatusCode::CONFLICT)),
        other => (other?, None),
    };
    match question(admin.clone(), &form.fields).settle(submitted)? {
        Break(mut page) => {
            *page.status_mut() = status.unwrap_or(page.status());
            Ok(page)
        }
        Continue(performed) => done(&admin, performed.audit_id, Flash::warn("The platform is in maintenance.")).await,
    }
}
