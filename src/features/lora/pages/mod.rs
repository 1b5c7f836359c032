//! What can be seen of LoRA models, and where their actions are asked for; a file each.
mod attempts;
pub mod cancel;
pub mod delete;
pub mod failures;
pub mod file;
pub mod image;
pub mod index;
pub mod link;
pub mod live;
pub mod log;
mod menu;
pub mod retry;
mod rows;
pub mod show;
pub mod webhook;
mod words;

use super::model::Model;
use super::store;
use crate::kernel::{Audited, Performed, Result};
use crate::web::parts::{Field, Link, Tab};
use crate::web::{Admin, Flash, see_other};
use axum::response::Response;
use uuid::Uuid;

const PATH: &str = "/admin/lora";

/// The pages above an action about a model.
fn crumbs(model: &Model) -> Vec<Link> {
    vec![
        Link { href: "/admin".into(), label: "Home".into() },
        Link { href: PATH.into(), label: "LoRA models".into() },
        Link { href: format!("{PATH}/{}", model.id), label: model.label() },
    ]
}

/// The model that a page is about.
async fn subject(admin: &Admin, id: Uuid) -> Result<Model> {
    let mut db = admin.reader().await?;
    let model = store::find(&mut db, id).await?;
    db.keep();
    Ok(model)
}

/// The fields that most actions ask for.
fn why(reason: Option<&str>, ticket: Option<&str>, must: bool) -> Vec<Field> {
    let reason = Field::new("area", "reason", "Reason").hint("For your colleagues and the record; the user does not see it.").value(reason);
    let ticket = Field::new("text", "ticket", "Ticket").hint("A number or address from your ticket system.").optional().value(ticket);
    vec![if must { reason } else { reason.optional() }, ticket]
}

/// Back to the model, with a sentence that links to the record.
async fn done<T>(admin: &Admin, id: Uuid, performed: &Performed<T>, flash: Flash) -> Result<Response> {
    admin.tell(flash.audit(performed.audit_id)).await?;
    Ok(see_other(&format!("{PATH}/{id}")))
}

/// The two ways to look at all of them.
fn tabs(failures: bool) -> Vec<Tab> {
    vec![
        Tab { href: PATH.into(), label: "Models", current: !failures },
        Tab { href: format!("{PATH}/failures"), label: "Failures by error", current: failures },
    ]
}
