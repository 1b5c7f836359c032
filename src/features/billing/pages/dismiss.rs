//! Asking before a quarantined notice is put away.
use super::money::{settle, why};
use crate::features::billing::actions::DismissFields;
use crate::features::billing::store::notices::{self, Notice};
use crate::kernel::{Audited, Result};
use crate::web::ask::Ask;
use crate::web::parts::Link;
use crate::web::{Admin, Flash, Form, Path, html, see_other};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, notice: &Notice, fields: &DismissFields) -> Ask {
    let crumbs =
        vec![Link { href: "/admin".into(), label: "Home".into() }, Link { href: "/admin/billing/notices".into(), label: "Notices".into() }];
    Ask::new(admin, notice.label(), "Dismiss it")
        .under(crumbs, "Dismiss")
        .lead(format!(
            "It was not acted on. {} Dismiss it when you know what it was, and what belonged to it is put right.",
            notice.why.as_deref().unwrap_or_default()
        ))
        .badges(vec![notice.verdict.badge("")])
        .rehearsed()
        .fields(why(fields.reason.as_deref(), fields.ticket.as_deref()))
}

async fn subject(admin: &Admin, id: Uuid) -> Result<Notice> {
    let mut db = admin.reader().await?;
    let notice = notices::find(&mut db, id).await?;
    db.keep();
    Ok(notice)
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let notice = subject(&admin, id).await?;
    html(&question(admin, &notice, &DismissFields::default()))
}

/// Shows the effect, then puts it away.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<DismissFields>) -> Result<Response> {
    let notice = subject(&admin, id).await?;
    let outcome = admin.submit(&form, form.fields.parse(id)).await;
    match settle(question(admin.clone(), &notice, &form.fields), outcome)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            admin.tell(Flash::ok("The notice is dismissed.").audit(performed.audit_id)).await?;
            Ok(see_other("/admin/billing/notices"))
        }
    }
}
