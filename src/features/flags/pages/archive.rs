//! Asking before a flag goes to the archive, or comes back from it.
use super::{PATH, badges, crumbs, home, subject, told, why};
use crate::features::flags::actions::{ArchiveFlag, RestoreFlag, WhyFields};
use crate::features::flags::model::Flag;
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::{Admin, Flash, Form, Path, html, see_other};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};

fn question(admin: Admin, flag: &Flag, typed: &WhyFields) -> Ask {
    Ask::new(admin, format!("Archive {}", flag.state.name), "Archive it")
        .under(crumbs(Some(flag)), "Archive")
        .lead("It is off for everybody, leaves the list, and its name is free. Its history stays, and it can be restored as it was.")
        .badges(badges(flag))
        .rehearsed()
        .danger()
        .fields(why(typed.reason.as_deref(), typed.ticket.as_deref(), true))
        .undo("Restoring takes one form.")
}

fn restoring(admin: Admin, flag: &Flag, typed: &WhyFields) -> Ask {
    Ask::new(admin, format!("Restore {}", flag.state.name), "Restore it")
        .under(crumbs(Some(flag)), "Restore")
        .lead("It is what it was before it was archived, and decides again.")
        .badges(badges(flag))
        .rehearsed()
        .fields(why(typed.reason.as_deref(), typed.ticket.as_deref(), true))
}

/// The question.
pub async fn ask(admin: Admin, Path(which): Path<String>) -> Result<Response> {
    let flag = subject(&admin, &which).await?;
    html(&question(admin, &flag, &WhyFields::default()))
}

/// Shows who loses it, then archives.
pub async fn submit(admin: Admin, Path(which): Path<String>, form: Form<WhyFields>) -> Result<Response> {
    let flag = subject(&admin, &which).await?;
    let submitted = admin.submit(&form, form.fields.parse().map(|why| ArchiveFlag { id: flag.id, why })).await?;
    match question(admin.clone(), &flag, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            told(&admin, Flash::ok(format!("{} is archived.", performed.output)).audit(performed.audit_id)).await?;
            Ok(see_other(&format!("{PATH}/{}", flag.id)))
        }
    }
}

/// The question.
pub async fn ask_restore(admin: Admin, Path(which): Path<String>) -> Result<Response> {
    let flag = subject(&admin, &which).await?;
    html(&restoring(admin, &flag, &WhyFields::default()))
}

/// Shows who gets it, then restores.
pub async fn restore(admin: Admin, Path(which): Path<String>, form: Form<WhyFields>) -> Result<Response> {
    let flag = subject(&admin, &which).await?;
    let submitted = admin.submit(&form, form.fields.parse().map(|why| RestoreFlag { id: flag.id, why })).await?;
    match restoring(admin.clone(), &flag, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            told(&admin, Flash::ok(format!("{} is restored.", performed.output)).audit(performed.audit_id)).await?;
            Ok(see_other(&home(&subject(&admin, &flag.id.to_string()).await?)))
        }
    }
}
