//! What crews' hosts answer, read leniently: fields have several names, and some are missing.
use super::phase::Phase;
use serde_json::Value;

/// The longest text that is kept of anything a host says, in characters.
const LONGEST: usize = 4_000;
/// The most tasks that are read.
const MOST: usize = 200;

/// How a run is, as its host says.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    pub phase: Phase,
    /// The host's own word.
    pub word: String,
    pub current_task: Option<String>,
    pub progress: Option<Progress>,
    pub error: Option<String>,
    /// What it made, when it succeeded.
    pub output: Option<Value>,
    pub tasks: Vec<TaskResult>,
    /// The id that was sent along at the kickoff, when the host repeats it.
    pub run_id: Option<String>,
}

/// How many tasks are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub done: i32,
    pub total: i32,
}

/// What a task came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskResult {
    pub name: Option<String>,
    pub output: Option<String>,
}

impl Status {
    /// A run that the host does not know.
    pub(super) fn not_found() -> Self {
        let (word, tasks) = ("not found".into(), Vec::new());
        Self { phase: Phase::NotFound, word, current_task: None, progress: None, error: None, output: None, tasks, run_id: None }
    }

    /// Reads an answer; nothing, when it does not say how the run is.
    pub(super) fn read(answer: &Value) -> Option<Self> {
        let word = text(first(answer, &["state", "status"])?)?;
        let progress = first(answer, &["progress"]).and_then(progress);
        let result = first(answer, &["result", "output"]);
        let phase = Phase::read(&word);
        let tasks = result.and_then(|result| first(result, &["tasks", "tasks_output"])).or_else(|| first(answer, &["tasks"]));
        Some(Self {
            phase,
            word: short(&word, 60),
            current_task: first(answer, &["current_task", "currentTask", "last_executed_task"]).and_then(name),
            progress,
            error: first(answer, &["error", "error_message", "details"]).and_then(text).map(|said| short(&said, LONGEST)),
            output: result.filter(|_| phase == Phase::Succeeded).map(|result| first(result, &["output", "raw"]).unwrap_or(result).clone()),
            tasks: tasks.and_then(Value::as_array).map(|tasks| tasks.iter().take(MOST).map(task).collect()).unwrap_or_default(),
            run_id: first(answer, &["meta"]).and_then(|meta| first(meta, &["run_id"])).and_then(text),
        })
    }
}

/// The first of these fields that is there and says something.
pub(super) fn first<'a>(value: &'a Value, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|name| value.get(name)).filter(|found| !found.is_null())
}

/// Text, or whatever it is written down.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(clean(text)),
        other => Some(other.to_string()),
    }
    .filter(|text| !text.trim().is_empty())
}

/// PostgreSQL's text holds everything but NUL.
fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn name(value: &Value) -> Option<String> {
    let named = first(value, &["name", "task", "description"]).or(Some(value)).filter(|named| named.is_string());
    named.and_then(text).map(|name| short(&name, 200))
}

fn progress(value: &Value) -> Option<Progress> {
    let count = |names: &[&str]| first(value, names).and_then(Value::as_i64).and_then(|n| i32::try_from(n).ok()).filter(|n| *n >= 0);
    let (done, total) = (count(&["completed_tasks", "completed"])?, count(&["total_tasks", "total"])?);
    Some(Progress { done: done.min(total), total })
}

fn task(value: &Value) -> TaskResult {
    let output = first(value, &["output", "raw", "result"]).and_then(text).map(|said| short(&said, LONGEST));
    TaskResult { name: name(value), output }
}

/// The beginning of a text.
pub(super) fn short(text: &str, most: usize) -> String {
    clean(&text.chars().take(most).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_documented_answer_is_read() {
        let status = Status::read(&json!({
            "status": "running", "current_task": "frame_shots", "progress": { "completed_tasks": 1, "total_tasks": 3 }
        }))
        .expect("a status");
        assert_eq!((status.phase, status.current_task.as_deref()), (Phase::Running, Some("frame_shots")));
        assert_eq!(status.progress, Some(Progress { done: 1, total: 3 }));
        let done = json!({ "status": "completed", "result": { "output": "x", "tasks": [{ "task_id": "t", "output": "5 scenes" }] } });
        let done = Status::read(&done).expect("a status");
        assert_eq!((done.phase, done.output), (Phase::Succeeded, Some(json!("x"))));
        assert_eq!(done.tasks, [TaskResult { name: None, output: Some("5 scenes".into()) }]);
    }

    #[test]
    fn the_other_two_forms_are_read() {
        let celery =
            Status::read(&json!({ "state": "FAILURE", "status": null, "result": null, "error": { "type": "x" } })).expect("a status");
        assert_eq!((celery.phase, celery.error.as_deref()), (Phase::Failed, Some("{\"type\":\"x\"}")));
        let human = Status::read(&json!({ "status": "Pending Human Input", "last_executed_task": { "name": "check" } })).expect("a status");
        assert_eq!((human.phase, human.current_task.as_deref()), (Phase::AwaitingHuman, Some("check")));
    }

    #[test]
    fn nonsense_is_no_status_and_never_a_panic() {
        for answer in [json!(null), json!([]), json!({}), json!({ "status": null }), json!({ "status": "" }), json!("running")] {
            assert_eq!(Status::read(&answer), None, "{answer}");
        }
        let odd =
            json!({ "status": 7, "progress": { "completed_tasks": -1, "total_tasks": 1e300 }, "result": { "tasks": 5 }, "error": "a\0b" });
        let odd = Status::read(&odd).expect("a status");
        assert_eq!((odd.phase, odd.progress, odd.error.as_deref()), (Phase::Unknown, None, Some("a\u{fffd}b")));
    }
}
