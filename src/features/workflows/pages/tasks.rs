//! The tasks of a run, as a page lists them: read leniently, because crews write them as they like.
use crate::web::Admin;
use crate::web::parts::Badge;
use crate::web::show::{Moment, short};
use jiff::Timestamp;
use serde_json::Value;

/// The most tasks that are listed.
const MOST: usize = 60;

/// A task.
pub struct TaskRow {
    pub name: String,
    pub agent: String,
    pub state: Badge,
    pub failed: bool,
    pub started: Option<Moment>,
    pub took: String,
    pub output: String,
    pub error: String,
}

/// The tasks, and how many are left out.
pub fn rows(admin: &Admin, tasks: Option<&Value>) -> (Vec<TaskRow>, usize) {
    let all = tasks.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    (all.iter().take(MOST).map(|task| row(admin, task)).collect(), all.len().saturating_sub(MOST))
}

fn row(admin: &Admin, task: &Value) -> TaskRow {
    let text = |name: &str, most| match task.get(name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => short(text, most),
        Some(other) => short(&other.to_string(), most),
    };
    let time = |name: &str| task.get(name).and_then(Value::as_str).and_then(|text| text.parse::<Timestamp>().ok());
    let (started, finished) = (time("started_at"), time("finished_at"));
    let took = started.zip(finished).and_then(|(from, to)| i64::try_from(to.duration_since(from).as_millis()).ok());
    let word = text("status", 40);
    TaskRow {
        name: text("name", 120),
        agent: text("agent", 80),
        failed: word == "failed",
        state: state(&word),
        started: admin.time_if(started),
        took: took.map(super::took).unwrap_or_default(),
        output: text("output", 600),
        error: text("error", 600),
    }
}

fn state(word: &str) -> Badge {
    match word {
        "done" => Badge::new("ok", "Done"),
        "running" => Badge::new("info", "Running"),
        "failed" => Badge::new("bad", "Failed"),
        "cancelled" => Badge::new("", "Stopped"),
        "pending" | "" => Badge::new("", "Waiting"),
        other => Badge::new("", short(other, 30)),
    }
}
