//! Asking before what belongs to nobody is removed.
use super::repair::count;
use super::{blank, button, crumbs, done, order, severity, subject, why};
use crate::features::integrity::actions::{OrderFields, RemoveRows};
use crate::features::integrity::model::Check;
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};

fn question(admin: Admin, check: Check, fields: &OrderFields) -> Result<Ask> {
    let words = button(check, true)?;
    Ok(Ask::new(admin, check.label(), words)
        .under(crumbs(check), "Remove")
        .lead(check.about().todo)
        .badges(vec![severity(check)])
        .hidden("rows", fields.rows.as_str())
        .second_admin()
        .danger()
        .fields(why(fields.reason.as_deref(), fields.ticket.as_deref())))
}

/// The question.
pub async fn ask(admin: Admin, Path(code): Path<String>) -> Result<Response> {
    let check = subject(&code)?;
    button(check, true)?;
    let fields = blank(&admin, check).await?;
    html(&question(admin, check, &fields)?)
}

/// Shows which rows go, then removes them.
pub async fn submit(admin: Admin, Path(code): Path<String>, form: Form<OrderFields>) -> Result<Response> {
    let check = subject(&code)?;
    let page = question(admin.clone(), check, &form.fields)?;
    let submitted = admin.submit(&form, order(&admin, check, &form.fields).map(RemoveRows)).await?;
    match page.settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            let rows = i64::try_from(performed.output).unwrap_or(i64::MAX);
            let sentence = match check {
                Check::FilesStray => format!("{} being deleted.", count(rows).replace("row", "file")),
                _ => format!("{} removed; it looks again.", count(rows)),
            };
            done(&admin, check, performed.audit_id, Flash::ok(sentence)).await
        }
    }
}
