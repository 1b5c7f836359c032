//! The windows as the page shows them.
use crate::features::maintenance::model::{State, Why, Window, how_long, retry_after};
use crate::features::maintenance::store::list::Listed;
use crate::live::settings::keys;
use crate::web::Admin;
use crate::web::parts::Badge;
use crate::web::show::Moment;
use jiff::{SignedDuration, Timestamp};

/// What came this much later than it was planned is said to be late.
const LATE: SignedDuration = SignedDuration::from_mins(2);

/// The window that is open.
pub struct OnRow {
    pub id: String,
    pub message: String,
    pub since: Moment,
    pub ends: Option<Moment>,
    pub so_far: String,
    pub retry_after: i64,
    pub by: String,
    pub note: String,
}

/// A window that is planned.
pub struct PlannedRow {
    pub id: String,
    pub starts: Moment,
    pub ends: Option<Moment>,
    pub long: String,
    pub message: String,
    pub by: String,
}

/// A window that is past.
pub struct PastRow {
    pub began: Moment,
    pub state: Badge,
    pub how: String,
    pub long: String,
    pub message: String,
    pub by: String,
    /// Its entries in the audit log; empty when there are none.
    pub audit: String,
}

fn by(listed: &Listed) -> String {
    listed.by.clone().unwrap_or_else(|| "Backlot itself".into())
}

/// When it was to begin and began later, by how much.
fn late(window: &Window) -> Option<String> {
    let started = window.started_at.filter(|started| started.duration_since(window.starts_at) > LATE)?;
    Some(format!("began {} late: nothing was running at its time", how_long(window.starts_at, started)))
}

/// The window that is open.
pub fn on(admin: &Admin, listed: &Listed, now: Timestamp) -> OnRow {
    let window = &listed.window;
    let since = window.started_at.unwrap_or(window.starts_at);
    let planned = if window.was_planned() { "planned" } else { "begun at once" };
    OnRow {
        id: window.id.to_string(),
        message: window.message.clone(),
        since: admin.time(since),
        ends: admin.time_if(window.ends_at),
        so_far: how_long(since, now),
        retry_after: retry_after(window.ends_at, now, admin.site().live.now().settings.get(keys::RETRY_AFTER_SECONDS)),
        by: by(listed),
        note: late(window).map_or_else(|| planned.to_owned(), |late| format!("{planned}; {late}")),
    }
}

/// A window that is planned.
pub fn planned(admin: &Admin, listed: &Listed) -> PlannedRow {
    let window = &listed.window;
    PlannedRow {
        id: window.id.to_string(),
        starts: admin.time(window.starts_at),
        ends: admin.time_if(window.ends_at),
        long: window.ends_at.map(|end| how_long(window.starts_at, end)).unwrap_or_default(),
        message: window.message.clone(),
        by: by(listed),
    }
}

/// A window that is past.
pub fn past(admin: &Admin, listed: &Listed) -> PastRow {
    let window = &listed.window;
    let began = window.started_at.unwrap_or(window.starts_at);
    let long = window.started_at.zip(window.ended_at).map(|(from, to)| how_long(from, to)).unwrap_or_default();
    let state = match (window.state, window.ended_why) {
        (State::Cancelled, Some(Why::Missed)) => Badge::new("warn", "Missed"),
        (State::Cancelled, Some(Why::Overtaken)) => Badge::new("warn", "Dropped"),
        (state, _) => super::badge(state),
    };
    PastRow {
        began: admin.time(began),
        state,
        how: [Some(how(listed)), late(window)].into_iter().flatten().collect::<Vec<_>>().join("; "),
        long,
        message: window.message.clone(),
        by: by(listed),
        audit: if listed.recorded { format!("/admin/audit?kind=maintenance_window&target={}", window.id) } else { String::new() },
    }
}

/// How it came to its end, or why it never came.
fn how(listed: &Listed) -> String {
    let window = &listed.window;
    let who = listed.ended_by.as_deref().unwrap_or("Backlot itself");
    match (window.state, window.ended_why) {
        (State::Cancelled, Some(Why::Missed)) => "nothing was running during its whole time".to_owned(),
        (State::Cancelled, Some(Why::Overtaken)) => "maintenance was on already when it was to begin".to_owned(),
        (State::Cancelled, _) => format!("by {who}"),
        (_, Some(Why::OnTime)) => match window.ends_at.zip(window.ended_at).filter(|(end, ended)| ended.duration_since(*end) > LATE) {
            Some((end, ended)) => format!("ended {} late: nothing was running at its time", how_long(end, ended)),
            None => "ended at its time".to_owned(),
        },
        _ => format!("ended by {who}"),
    }
}
