//! What can be seen of notifications, where they are written and sent, and what the platform and its users are told; a file each.
pub mod cancel;
pub mod create;
pub mod decide;
pub mod deliveries;
pub mod edit;
pub mod far;
mod form;
pub mod inbox;
pub mod index;
pub mod quick;
pub mod send;
pub mod show;
pub mod unsubscribe;

use super::model::{Kind, Notification, Severity, State};
use crate::kernel::Result;
use crate::web::parts::{Badge, Link};
use crate::web::show::short;
use crate::web::{Admin, Flash, see_other};
use axum::response::Response;
use uuid::Uuid;

const PATH: &str = "/admin/notifications";

/// The page of one.
fn home(id: Uuid) -> String {
    format!("{PATH}/{id}")
}

/// The pages above one about a notification.
fn crumbs(notification: Option<&Notification>) -> Vec<Link> {
    let mut crumbs = vec![Link { href: "/admin".into(), label: "Home".into() }, Link { href: PATH.into(), label: "Notifications".into() }];
    if let Some(notification) = notification {
        crumbs.push(Link { href: home(notification.id), label: short(&notification.content.title, 40) });
    }
    crumbs
}

/// The notification that an address names.
async fn subject(admin: &Admin, id: Uuid) -> Result<Notification> {
    let mut db = admin.reader().await?;
    let notification = super::store::find(&mut db, id).await?;
    db.keep();
    Ok(notification)
}

/// A state in its colour.
fn badge(state: State) -> Badge {
    let tone = match state {
        State::Sent => "ok",
        State::Sending | State::Scheduled => "info",
        State::Proposed | State::Paused | State::Held => "warn",
        State::Draft | State::Cancelled => "",
    };
    Badge::new(tone, state.label())
}

fn kind_badge(kind: Kind) -> Badge {
    Badge::new("", kind.label())
}

fn severity_badge(severity: Severity) -> Badge {
    let tone = match severity {
        Severity::Info => "info",
        Severity::Success => "ok",
        Severity::Warning => "warn",
        Severity::Critical => "bad",
    };
    Badge::new(tone, severity.label())
}

/// Back to its page, with a sentence that links to the record.
async fn done(admin: &Admin, id: Uuid, flash: Flash, audit_id: Uuid) -> Result<Response> {
    admin.tell(flash.audit(audit_id)).await?;
    Ok(see_other(&home(id)))
}
