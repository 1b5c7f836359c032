//! What a user makes, and what went wrong with it.
use crate::features::users::store::doings::Work;
use crate::web::Admin;
use crate::web::parts::Badge;
use crate::web::show::Moment;
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

pub fn job(admin: &Admin, row: Work) -> JobRow {
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
