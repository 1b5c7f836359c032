//! Saying that one is at it.
use super::{PATH, crumbs};
use crate::features::alerts::actions::{AcknowledgeAlert, AcknowledgeFields};
use crate::features::alerts::model::Rule;
use crate::features::alerts::store::list::{self, Row};
use crate::kernel::{Invalid, Result};
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::{Admin, Flash, Form, Path, html, see_other};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

async fn subject(admin: &Admin, id: Uuid) -> Result<Row> {
    let mut db = admin.reader().await?;
    let alert = list::find(&mut db, id).await?;
    db.keep();
    Ok(alert)
}

fn question(admin: Admin, alert: &Row, note: Option<&str>) -> Ask {
    let title = Rule::named(&alert.rule, &alert.subject);
    Ask::new(admin, format!("Acknowledge “{title}”"), "Acknowledge")
        .under(crumbs(Some((alert.id, &title))), "Acknowledge")
        .lead("It says that you are at it, so that others need not. The alert stays open until what is wrong is right again.")
        .fields(vec![Field::new("area", "note", "Note").hint("What you are doing, for your colleagues.").optional().value(note)])
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let alert = subject(&admin, id).await?;
    let note = alert.note.clone();
    html(&question(admin, &alert, note.as_deref()))
}

/// Does it.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<AcknowledgeFields>) -> Result<Response> {
    let action: std::result::Result<AcknowledgeAlert, Invalid> = form.fields.parse(id);
    let submitted = admin.submit(&form, action).await?;
    let alert = subject(&admin, id).await?;
    match question(admin.clone(), &alert, form.fields.note.as_deref()).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            admin.tell(Flash::ok("Everybody sees that you are at it.").audit(performed.audit_id)).await?;
            Ok(see_other(&format!("{PATH}/{id}")))
        }
    }
}
