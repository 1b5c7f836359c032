//! What the user had made for them, and what they were told.
use super::{Frame, state};
use crate::features::impersonation::store::{account, studio};
use crate::kernel::Result;
use crate::web::parts::Badge;
use crate::web::show::{Moment, number};
use crate::web::{Admin, html};
use askama::Template;
use axum::response::Response;

/// A generation or workflow in a list.
pub struct MadeRow {
    pub what: String,
    pub about: String,
    pub state: Badge,
    pub detail: String,
    pub credits: String,
    pub error: Option<String>,
    pub at: Moment,
}

/// As a row.
pub fn made_row(admin: &Admin, row: studio::Made) -> MadeRow {
    let detail = [row.model, row.quality].into_iter().flatten().collect::<Vec<_>>().join(", ");
    MadeRow {
        what: row.what,
        about: row.about,
        state: state(&row.status),
        detail,
        credits: row.credits.map(|credits| number(credits.into())).unwrap_or_default(),
        error: row.error,
        at: admin.time(row.created_at),
    }
}

#[derive(Template)]
#[template(path = "impersonation/generations.html")]
struct Generations {
    frame: Frame,
    rows: Vec<MadeRow>,
}

/// Their images, videos and workflows.
pub async fn generations(admin: Admin) -> Result<Response> {
    let rows = studio::generations(&mut *admin.look().await?, studio::MOST).await?;
    html(&Generations { rows: rows.into_iter().map(|row| made_row(&admin, row)).collect(), frame: Frame::of(admin, "/as/generations")? })
}

/// A message of the inbox.
pub struct MessageRow {
    pub title: String,
    pub body: String,
    pub severity: Badge,
    pub is_read: bool,
    pub at: Moment,
}

/// As a row.
pub fn message_row(admin: &Admin, row: account::Message) -> MessageRow {
    let severity = match row.severity.as_str() {
        "critical" => Badge::new("bad", "Important"),
        "warning" => Badge::new("warn", "Warning"),
        "success" => Badge::new("ok", "Good news"),
        _ => Badge::new("", "Note"),
    };
    MessageRow { title: row.title, body: row.body, severity, is_read: row.is_read, at: admin.time(row.created_at) }
}

#[derive(Template)]
#[template(path = "impersonation/notifications.html")]
struct Notifications {
    frame: Frame,
    rows: Vec<MessageRow>,
}

/// Their inbox. Looking at it does not mark anything as read.
pub async fn notifications(admin: Admin) -> Result<Response> {
    let rows = account::messages(&mut *admin.look().await?, studio::MOST).await?;
    html(&Notifications {
        rows: rows.into_iter().map(|row| message_row(&admin, row)).collect(),
        frame: Frame::of(admin, "/as/notifications")?,
    })
}
