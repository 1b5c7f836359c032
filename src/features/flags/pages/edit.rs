//! Asking before a flag is changed; somebody else's change in between is shown, and nothing that was typed is lost.
use super::{PATH, badges, changed, crumbs, form, subject, told, why};
use crate::features::flags::actions::FlagFields;
use crate::features::flags::model::Flag;
use crate::features::flags::store::versions;
use crate::kernel::{Error, Result};
use crate::web::ask::{Ask, Overtaken};
use crate::web::parts::Field;
use crate::web::{Admin, Flash, Form, Path, html, see_other};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};

fn question(admin: Admin, flag: &Flag, typed: &FlagFields) -> Ask {
    let mut fields = form::fields(typed);
    fields.insert(
        5,
        Field::new("check", "keep", "Those who have it now keep it")
            .hint("When the percentage goes down: whoever would fall out keeps the flag; nobody new gets it.")
            .optional()
            .value(typed.keep.map(|_| "yes")),
    );
    fields.extend(why(typed.reason.as_deref(), typed.ticket.as_deref(), false));
    Ask::new(admin, format!("Edit {}", flag.state.name), "Save")
        .under(crumbs(Some(flag)), "Edit")
        .lead("Who gains and who loses is counted before anything is saved.")
        .badges(badges(flag))
        .rehearsed()
        .hidden("version", flag.version.to_string())
        .fields(fields)
        .tailored("way")
        .undo("Every save is a version; any of them can be brought back.")
}

/// The question.
pub async fn ask(admin: Admin, Path(which): Path<String>) -> Result<Response> {
    let flag = subject(&admin, &which).await?;
    html(&question(admin, &flag, &FlagFields::of(&flag)))
}

/// Shows who gains and loses, then saves.
pub async fn submit(admin: Admin, Path(which): Path<String>, form: Form<FlagFields>) -> Result<Response> {
    let flag = subject(&admin, &which).await?;
    let submitted = admin.submit(&form, form.fields.parse(&flag)).await;
    let submitted = match (submitted, form.fields.version) {
        (Err(Error::Conflict(_)), Some(seen)) if seen != flag.version => return overtaken(admin, &flag, &form.fields).await,
        (submitted, _) => submitted?,
    };
    match question(admin.clone(), &flag, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            told(&admin, Flash::ok(format!("{} is saved.", performed.output)).audit(performed.audit_id)).await?;
            Ok(see_other(&format!("{PATH}/{}", performed.output)))
        }
    }
}

/// 409: what the others changed meanwhile, above what was typed here.
async fn overtaken(admin: Admin, flag: &Flag, typed: &FlagFields) -> Result<Response> {
    let mut db = admin.reader().await?;
    let since = typed.version.unwrap_or(flag.version);
    let missed = versions::newest(&mut db, flag.id, i64::from(flag.version.saturating_sub(since)).clamp(1, 20)).await?;
    let base = versions::find(&mut db, flag.id, since).await?;
    db.keep();
    let base = Flag { version: since, state: base.after, ..flag.clone() };
    let typed = typed.rebased(&FlagFields::of(&base), &FlagFields::of(flag));
    let told = missed.iter().map(|version| {
        let by = version.by.as_deref().unwrap_or("Backlot");
        Overtaken {
            text: format!("Version {}, {} by {by}, {}", version.version, version.what, admin.time(version.created_at).ago),
            changes: changed(version),
        }
    });
    let told = told.collect();
    question(admin, flag, &typed).overtaken(told)
}
