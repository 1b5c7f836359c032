//! One event, exactly as the collector is sent it.
use super::badge;
use crate::features::analytics::store::list;
use crate::gateways::collector::Event;
use crate::kernel::Result;
use crate::web::parts::Badge;
use crate::web::show::Moment;
use crate::web::{Admin, Path, html};
use askama::Template;
use axum::response::Response;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "analytics/show.html")]
struct Show {
    admin: Admin,
    event_id: Uuid,
    name: String,
    state: Badge,
    by: String,
    audit: String,
    created: Moment,
    delivered: Option<Moment>,
    next: Option<Moment>,
    attempts: i32,
    error: String,
    payload: String,
}

/// The page.
pub async fn show(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let event = list::find(&mut db, id).await?;
    db.keep();
    let sent = Event::new(event.id, event.name.clone(), event.admin_id, event.properties.clone(), event.created_at.into());
    html(&Show {
        state: badge(&event),
        by: event.by_name.clone().unwrap_or_else(|| "Backlot itself".into()),
        audit: format!("/admin/audit/{}", event.audit_id),
        created: admin.time(event.created_at.into()),
        delivered: admin.time_if(event.delivered_at.map(Into::into)),
        next: event.delivered_at.is_none().then(|| admin.time(event.next_at.into())),
        attempts: event.attempts,
        error: event.last_error.clone().unwrap_or_default(),
        payload: serde_json::to_string_pretty(&sent)?,
        event_id: event.id,
        name: event.name,
        admin,
    })
}
