//! What can be seen of users, and where their actions are asked for; a file each.
mod facts;
mod flags;
pub mod index;
mod money;
pub mod note;
mod panels;
pub mod restore;
pub mod role;
pub mod show;
pub mod suspend;
pub mod tag;
pub mod tier;
mod timeline;
mod work;

use super::model::User;
use super::store;
use crate::kernel::{Audited, Performed, Result};
use crate::web::parts::{Field, Link};
use crate::web::{Admin, Flash, see_other};
use axum::response::Response;
use uuid::Uuid;

/// The pages above an action about a user.
fn crumbs(user: &User) -> Vec<Link> {
    vec![
        Link { href: "/admin".into(), label: "Home".into() },
        Link { href: "/admin/users".into(), label: "Users".into() },
        Link { href: format!("/admin/users/{}", user.id), label: user.label() },
    ]
}

/// The user that an action is asked about.
async fn subject(admin: &Admin, id: Uuid) -> Result<User> {
    store::find(admin.read(), id).await
}

/// The fields that most actions ask for.
fn why(reason: Option<&str>, ticket: Option<&str>, reason_hint: &str) -> Vec<Field> {
    vec![
        Field::new("area", "reason", "Reason").hint(reason_hint).value(reason),
        Field::new("text", "ticket", "Ticket").hint("A number or address from your ticket system.").optional().value(ticket),
    ]
}

/// Back to the user, with a sentence that links to the record.
async fn done<T>(admin: &Admin, id: Uuid, performed: &Performed<T>, flash: Flash) -> Result<Response> {
    admin.tell(flash.audit(performed.audit_id)).await?;
    Ok(see_other(&format!("/admin/users/{id}")))
}
