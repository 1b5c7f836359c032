//! Asking before everything since a time is undone.
use super::{PATH, crumbs, told, why};
use crate::features::flags::actions::UndoFields;
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::{Admin, Flash, Form, Query, html, see_other};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};

fn question(admin: Admin, typed: &UndoFields) -> Ask {
    let zone = admin.zone().iana_name().unwrap_or("UTC").to_owned();
    let mut fields = vec![
        Field::new("datetime-local", "since", "Since")
            .hint(format!("In your time zone, {zone}. Every flag becomes what it was then."))
            .value(typed.since.as_deref()),
    ];
    fields.extend(why(typed.reason.as_deref(), typed.ticket.as_deref(), true));
    Ask::new(admin, "Undo everything since …", "Undo all of it")
        .under(crumbs(None), "Undo")
        .lead("For the day when something broke and nobody knows which flag it was. Flags made since are turned off.")
        .rehearsed()
        .danger()
        .fields(fields)
        .undo("Each flag gets a new version, which can be reverted like any other.")
}

/// The question.
pub async fn ask(admin: Admin, Query(typed): Query<UndoFields>) -> Result<Response> {
    html(&question(admin, &typed))
}

/// Shows what every flag becomes and for whom, then does it.
pub async fn submit(admin: Admin, form: Form<UndoFields>) -> Result<Response> {
    let submitted = admin.submit(&form, form.fields.parse(admin.zone())).await?;
    match question(admin.clone(), &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            let text = if performed.output == 1 {
                "1 flag is what it was.".to_owned()
            } else {
                format!("{} flags are what they were.", performed.output)
            };
            told(&admin, Flash::ok(text).audit(performed.audit_id)).await?;
            Ok(see_other(PATH))
        }
    }
}
