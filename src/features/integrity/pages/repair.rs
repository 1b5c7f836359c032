//! Asking before what a check found is written right.
use super::{blank, button, crumbs, done, order, severity, subject, why};
use crate::features::integrity::actions::{OrderFields, RepairRows};
use crate::features::integrity::model::Check;
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::show::number;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};

fn question(admin: Admin, check: Check, fields: &OrderFields) -> Result<Ask> {
    let words = button(check, false)?;
    Ok(Ask::new(admin, check.label(), words)
        .under(crumbs(check), "Repair")
        .lead(check.about().todo)
        .badges(vec![severity(check)])
        .hidden("rows", fields.rows.as_str())
        .rehearsed()
        .fields(why(fields.reason.as_deref(), fields.ticket.as_deref()))
        .undo("The record keeps what each row was before."))
}

/// The question.
pub async fn ask(admin: Admin, Path(code): Path<String>) -> Result<Response> {
    let check = subject(&code)?;
    button(check, false)?;
    let fields = blank(&admin, check).await?;
    html(&question(admin, check, &fields)?)
}

/// Shows what becomes of each row, then does it.
pub async fn submit(admin: Admin, Path(code): Path<String>, form: Form<OrderFields>) -> Result<Response> {
    let check = subject(&code)?;
    let submitted = admin.submit(&form, order(&admin, check, &form.fields).map(RepairRows)).await?;
    match question(admin.clone(), check, &form.fields)?.settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            let rows = i64::try_from(performed.output).unwrap_or(i64::MAX);
            done(&admin, check, performed.audit_id, Flash::ok(format!("{} put right; it looks again.", count(rows)))).await
        }
    }
}

/// `1 row is`, `12 rows are`.
pub fn count(rows: i64) -> String {
    if rows == 1 { "1 row is".to_owned() } else { format!("{} rows are", number(rows)) }
}
