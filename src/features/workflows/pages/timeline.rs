//! What happened to a run, newest first: its own times, and what Backlot did and heard.
use crate::features::workflows::model::{Run, RunState};
use crate::features::workflows::store::events::Happened;
use crate::features::workflows::store::show::Sheet;
use crate::web::Admin;
use crate::web::parts::Event;
use crate::web::show::short;
use jiff::Timestamp;

/// The timeline. How a run ended is told by its row only where Backlot did not hear it.
pub fn timeline(admin: &Admin, run: &Run, sheet: &Sheet, told: Vec<Happened>) -> Vec<Event> {
    let heard = told.iter().any(|row| matches!(row.kind.as_str(), "heard" | "settled"));
    let mut all: Vec<(Timestamp, Event)> = told.into_iter().map(|row| (row.at, event(admin, row))).collect();
    let mut own = |at: Option<Timestamp>, icon, tone, text: String| {
        if let Some(at) = at {
            all.push((at, Event { icon, tone, text, by: String::new(), at: admin.time(at), href: String::new() }));
        }
    };
    // What happened at the same moment stays in this order.
    if !heard {
        let ended = sheet.finished_at.map(jiff_sqlx::Timestamp::to_jiff);
        own(ended, icon(run.state), run.state.badge("").tone, run.state.label().into());
        own(sheet.started_at.map(jiff_sqlx::Timestamp::to_jiff), "player-play", "info", "Started".into());
    }
    own(Some(sheet.created_at), "plus", "", "Asked for".into());
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    all.into_iter().map(|(_, event)| event).collect()
}

fn icon(state: RunState) -> &'static str {
    match state {
        RunState::Succeeded => "check",
        RunState::Failed => "alert-triangle",
        _ => "player-stop",
    }
}

fn event(admin: &Admin, row: Happened) -> Event {
    let (icon, tone) = match row.kind.as_str() {
        "asked" => ("shield-check", "info"),
        "sent" => ("send", ""),
        "heard" => ("robot", "ok"),
        "stop" => ("player-stop", "warn"),
        "settled" => ("checkup-list", "info"),
        _ => ("alert-triangle", "warn"),
    };
    let href = row.audit_id.map(|id| format!("/admin/audit/{id}")).unwrap_or_default();
    Event { icon, tone, text: short(&row.text, 600), by: String::new(), at: admin.time(row.at), href }
}
