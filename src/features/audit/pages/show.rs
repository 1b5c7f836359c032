//! One entry of the audit log.
use super::scope;
use crate::features::audit::store::{self, Entry};
use crate::features::audit::words;
use crate::kernel::{Error, Permission, Result};
use crate::web::ask::differences;
use crate::web::parts::{Badge, Difference, Event, Person};
use crate::web::show::{Moment, number};
use crate::web::{Admin, Path, html};
use askama::Template;
use axum::response::Response;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "audit/show.html")]
struct Show {
    admin: Admin,
    title: String,
    entry: Shown,
    related: Vec<Event>,
}

struct Shown {
    id: String,
    number: String,
    outcome: Badge,
    sealed: Badge,
    changes: Vec<Changed>,
    reason: String,
    ticket: String,
    actor: Person,
    role: String,
    at: Moment,
    target: String,
    target_href: String,
    target_all: String,
    action: String,
    address: String,
    request_id: String,
    leaf: String,
    seal: String,
}

/// A row that was changed, with its fields.
struct Changed {
    label: String,
    fields: Vec<Difference>,
}

/// The entry; who may not read those of others gets only their own.
pub async fn show(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let entry = store::find(&mut db, id).await?;
    let scope = scope(&admin);
    if !scope.all && entry.actor_id != Some(scope.me) {
        admin.desk().admit_reading(admin.actor(), Permission::AuditReadAll, admin.here()).await?;
        return Err(Error::Forbidden(Permission::AuditReadAll));
    }
    let seal = store::seal_over(&mut db, id).await?;
    let related = store::related(&mut db, &entry).await?;
    db.keep();
    let related = related.iter().filter(|other| scope.all || other.actor_id == Some(scope.me)).map(|other| event(&admin, other)).collect();
    let title = format!("{} {}", entry.action, words::target(&entry).0);
    html(&Show { entry: shown(&admin, &entry, seal), title, related, admin })
}

fn shown(admin: &Admin, entry: &Entry, seal: Option<i64>) -> Shown {
    let (target, target_href) = words::target(entry);
    let target_all = match (&entry.target_kind, &entry.target_id) {
        (Some(kind), Some(id)) => format!("/admin/audit?kind={}&target={}", crate::web::link::escape(kind), crate::web::link::escape(id)),
        _ => String::new(),
    };
    Shown {
        id: entry.id.to_string(),
        number: number(entry.seq),
        outcome: words::outcome(entry),
        sealed: if seal.is_some() { Badge::new("ok", "Sealed") } else { Badge::new("warn", "Not sealed yet") },
        changes: entry
            .changes
            .iter()
            .map(|change| Changed { label: format!("{}: {}", change.target.kind, change.target.label), fields: differences(change) })
            .collect(),
        reason: entry.reason.clone().unwrap_or_default(),
        ticket: entry.ticket.clone().unwrap_or_default(),
        actor: words::actor(entry),
        role: words::role(entry),
        at: admin.time(entry.at),
        target,
        target_href,
        target_all,
        action: entry.action.clone(),
        address: words::address(entry),
        request_id: entry.request_id.map(|id| id.to_string()).unwrap_or_default(),
        leaf: words::hex(&entry.leaf),
        seal: seal.map(number).unwrap_or_default(),
    }
}

fn event(admin: &Admin, entry: &Entry) -> Event {
    let tone = if entry.outcome == "done" { "ok" } else { "bad" };
    let icon = if entry.actor_kind == "admin" { "user" } else { "settings" };
    Event {
        icon,
        tone,
        text: format!("{} {}", entry.action, words::target(entry).0),
        by: entry.actor_name.clone(),
        at: admin.time(entry.at),
        href: format!("/admin/audit/{}", entry.id),
    }
}
