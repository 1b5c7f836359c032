//! Setting a flag for users by name, and letting it decide for them again.
use super::switch::NoFields;
use super::{badges, crumbs, home, subject, told, why};
use crate::features::flags::actions::{OverrideFields, RemoveOverride};
use crate::features::flags::model::Flag;
use crate::features::flags::store::people;
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::{Admin, Flash, Form, Path, Paths, Query, Submitted, html, see_other};
use axum::response::Response;
use serde::Deserialize;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

/// What the page can be opened with.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    user: Option<String>,
}

fn question(admin: Admin, flag: &Flag, typed: &OverrideFields) -> Ask {
    let zone = admin.zone().iana_name().unwrap_or("UTC").to_owned();
    let mut fields = vec![
        Field::new("area", "users", "Users")
            .hint("E-mail addresses or ids, as many as you like, separated by blanks, commas or lines.")
            .value(typed.users.as_deref()),
        Field::new("select", "value", "For them it is")
            .choices([("", "Choose"), ("on", "On"), ("off", "Off")])
            .value(typed.value.map(|value| value.code())),
        Field::new("datetime-local", "until", "Until")
            .hint(format!("In your time zone, {zone}. Empty: until somebody removes it."))
            .optional()
            .value(typed.until.as_deref()),
    ];
    fields.extend(why(typed.reason.as_deref(), typed.ticket.as_deref(), true));
    Ask::new(admin, format!("Set {} for single users", flag.state.name), "Set it for them")
        .under(crumbs(Some(flag)), "Overrides")
        .lead("What is set here comes before the percentage and the tiers. Only a flag that is off is off for them too.")
        .badges(badges(flag))
        .fields(fields)
        .undo("Each can be removed with one click.")
}

/// The question.
pub async fn ask(admin: Admin, Path(which): Path<String>, Query(asked): Query<Asked>) -> Result<Response> {
    let flag = subject(&admin, &which).await?;
    html(&question(admin, &flag, &OverrideFields { users: asked.user, ..OverrideFields::default() }))
}

/// Sets it.
pub async fn submit(admin: Admin, Path(which): Path<String>, form: Form<OverrideFields>) -> Result<Response> {
    let flag = subject(&admin, &which).await?;
    let mut db = admin.reader().await?;
    let named = people::all_named(&mut db, &form.fields.words()).await?;
    db.keep();
    let count = named.0.len();
    let submitted = admin.submit(&form, form.fields.parse(&flag, admin.zone(), named)).await?;
    match question(admin.clone(), &flag, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            let whom = if count == 1 { "1 user".to_owned() } else { format!("{count} users") };
            told(&admin, Flash::ok(format!("{} is set for {whom}.", performed.output)).audit(performed.audit_id)).await?;
            Ok(see_other(&home(&flag)))
        }
    }
}

/// Lets the flag decide for a user again.
pub async fn remove(admin: Admin, Paths(which, user): Paths<String, Uuid>, form: Form<NoFields>) -> Result<Response> {
    let flag = subject(&admin, &which).await?;
    if let Submitted::Done(performed) = admin.submit(&form, Ok(RemoveOverride { id: flag.id, user })).await? {
        told(&admin, Flash::ok(format!("{} decides for them again.", performed.output)).audit(performed.audit_id)).await?;
    }
    Ok(see_other(&admin.came_from()))
}
