//! Asking before a flag goes back to what it was.
use super::{badges, crumbs, home, subject, told, why};
use crate::features::flags::actions::{RevertFlag, WhyFields};
use crate::features::flags::model::Flag;
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::{Admin, Flash, Form, Paths, html, see_other};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};

fn question(admin: Admin, flag: &Flag, version: i32, typed: &WhyFields) -> Ask {
    Ask::new(admin, format!("Revert {} to version {version}", flag.state.name), "Revert it")
        .under(crumbs(Some(flag)), "Revert")
        .lead("All of it becomes what it was then: name, rule, overrides, archive. That is a new version; nothing of the history is lost.")
        .badges(badges(flag))
        .rehearsed()
        .fields(why(typed.reason.as_deref(), typed.ticket.as_deref(), true))
}

/// The question.
pub async fn ask(admin: Admin, Paths(which, version): Paths<String, i32>) -> Result<Response> {
    let flag = subject(&admin, &which).await?;
    html(&question(admin, &flag, version, &WhyFields::default()))
}

/// Shows what changes for whom, then reverts.
pub async fn submit(admin: Admin, Paths(which, version): Paths<String, i32>, form: Form<WhyFields>) -> Result<Response> {
    let flag = subject(&admin, &which).await?;
    let action = form.fields.parse().map(|why| RevertFlag { id: flag.id, version, why });
    let submitted = admin.submit(&form, action).await?;
    match question(admin.clone(), &flag, version, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            told(&admin, Flash::ok(format!("{} is as it was in version {version}.", performed.output)).audit(performed.audit_id)).await?;
            Ok(see_other(&home(&subject(&admin, &flag.id.to_string()).await?)))
        }
    }
}
