//! What a user makes, and what went wrong with it.
use crate::features::users::store::doings;
use crate::web::Admin;
use crate::web::parts::{Badge, Event};
use crate::web::show::{Moment, short};
use uuid::Uuid;

/// A generation or a workflow.
pub struct JobRow {
    pub id: Uuid,
    pub what: String,
    pub name: String,
    pub state: Badge,
    pub failed: bool,
    pub error: String,
    pub credits: String,
    pub took: String,
    pub at: Moment,
}

pub fn job(admin: &Admin, row: doings::Work) -> JobRow {
    JobRow {
        id: row.id,
        what: row.what,
        name: row.name,
        failed: row.status == "failed",
        state: state(&row.status),
        error: row.error.unwrap_or_default(),
        credits: row.credits.map_or_else(|| "–".to_owned(), |credits| credits.to_string()),
        took: row.took_ms.map_or_else(|| "–".to_owned(), took),
        at: admin.time(row.created_at),
    }
}

fn took(milliseconds: i64) -> String {
    match milliseconds {
        ..1_000 => format!("{milliseconds} ms"),
        1_000..60_000 => format!("{:.1} s", f64::from(i32::try_from(milliseconds).unwrap_or(0)) / 1000.0),
        _ => format!("{} min {:02} s", milliseconds / 60_000, milliseconds / 1_000 % 60),
    }
}

/// The badge of anything that waits, runs and ends.
pub fn state(status: &str) -> Badge {
    match status {
        "done" | "ready" | "active" => Badge::new("ok", capital(status)),
        "failed" => Badge::new("bad", "Failed"),
        "running" | "training" => Badge::new("info", capital(status)),
        "queued" | "pending" => Badge::new("warn", capital(status)),
        other => Badge::new("", capital(other)),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A line of the timeline.
pub fn event(admin: &Admin, row: doings::Happening) -> Event {
    let (icon, tone) = match row.kind.as_str() {
        "staff" => ("shield-check", "info"),
        "payment" if row.text == "failed" => ("credit-card", "bad"),
        "payment" => ("credit-card", "ok"),
        "job" => ("alert-triangle", "bad"),
        "workflow" if row.text.ends_with("failed") => ("subtask", "bad"),
        "workflow" => ("subtask", ""),
        "model" if row.text.ends_with("failed") => ("sparkles", "bad"),
        "model" => ("sparkles", ""),
        "message" => ("bell", ""),
        _ => ("user-plus", "ok"),
    };
    let detail = row.detail.filter(|detail| !detail.is_empty()).map(|detail| format!(": {}", short(&detail, 160))).unwrap_or_default();
    let text = match row.kind.as_str() {
        "staff" => deed(&row.text),
        "payment" => format!("Payment {}", row.text),
        _ => row.text,
    };
    Event {
        icon,
        tone,
        text: format!("{text}{detail}"),
        by: row.by.unwrap_or_default(),
        at: admin.time(row.at),
        href: row.audit_id.map(|id| format!("/admin/audit/{id}")).unwrap_or_default(),
    }
}

/// What the staff did, in words.
fn deed(action: &str) -> String {
    match action {
        "users.suspend" => "Suspended".to_owned(),
        "users.restore" => "Restored".to_owned(),
        "users.change_tier" => "Tier changed".to_owned(),
        "users.change_role" => "Role changed".to_owned(),
        "users.add_note" => "Note added".to_owned(),
        "users.end_sessions" => "Signed out everywhere".to_owned(),
        other => other.to_owned(),
    }
}
