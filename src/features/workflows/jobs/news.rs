//! What a host's answer means for a run's row: its tasks one by one, its result, its error.
use crate::features::workflows::model::{RunState, signature};
use crate::features::workflows::store::follow::{Followed, News};
use crate::gateways::crewai::Status;
use serde_json::{Map, Value, json};

/// The longest result that is kept, in bytes of JSON.
const LONGEST: usize = 1 << 20;
/// The most tasks of a run.
const MOST: usize = 200;

/// The news in an answer.
pub fn of(now: &Followed, state: RunState, status: &Status) -> News {
    let known: Vec<Map<String, Value>> = tasks(&now.tasks);
    let told = status.progress.map_or(0, |progress| progress.total);
    let total = known.len().max(status.tasks.len()).max(usize::try_from(told).unwrap_or(0)).min(MOST);
    let done = match (state, status.progress) {
        (RunState::Succeeded, _) => total,
        (_, Some(progress)) => usize::try_from(progress.done).unwrap_or(0).min(total),
        _ => known.iter().filter(|task| task.get("status") == Some(&json!("done"))).count(),
    };
    let error = (state == RunState::Failed).then(|| status.error.clone().unwrap_or_else(|| "The crew failed, and did not say why.".into()));
    let heard = Heard { done, state, status, error: error.as_deref(), now: now.now.to_string() };
    let each = (0..total).map(|at| heard.task(known.get(at), at));
    News {
        tasks: Value::Array(each.collect()),
        current_task: status.current_task.clone().filter(|_| !state.is_over()),
        done: i32::try_from(done).unwrap_or(i32::MAX),
        total: i32::try_from(total).unwrap_or(i32::MAX),
        outputs: status.output.clone().map(bounded),
        error: error.map(|text| (text.clone(), signature(&text))),
        state,
    }
}

fn tasks(known: &Value) -> Vec<Map<String, Value>> {
    let all = known.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().take(MOST).map(|task| task.as_object().cloned().unwrap_or_default()).collect()
}

/// What cannot be kept is said to have been there.
fn bounded(output: Value) -> Value {
    let length = output.to_string().len();
    if length <= LONGEST { output } else { json!({ "left_out": format!("{length} bytes: too long to be kept here") }) }
}

/// What was heard, for each task.
struct Heard<'a> {
    done: usize,
    state: RunState,
    status: &'a Status,
    error: Option<&'a str>,
    now: String,
}

impl Heard<'_> {
    /// A task, as it was known, with what is new of it.
    fn task(&self, known: Option<&Map<String, Value>>, at: usize) -> Value {
        let mut task = known.cloned().unwrap_or_default();
        let told = self.status.tasks.get(at);
        task.entry("name").or_insert_with(|| told.and_then(|told| told.name.clone()).unwrap_or_else(|| format!("task {}", at + 1)).into());
        let was_done = task.get("status") == Some(&json!("done"));
        let word = match self.state {
            _ if at < self.done || was_done => "done",
            RunState::Running | RunState::AwaitingHuman if at == self.done => "running",
            RunState::Failed if at == self.done => "failed",
            RunState::Stopped if at == self.done => "cancelled",
            _ => "pending",
        };
        task.insert("status".into(), word.into());
        let missing = |task: &Map<String, Value>, name: &str| task.get(name).is_none_or(Value::is_null);
        if word != "pending" && missing(&task, "started_at") {
            task.insert("started_at".into(), self.now.as_str().into());
        }
        if matches!(word, "done" | "failed" | "cancelled") && missing(&task, "finished_at") {
            task.insert("finished_at".into(), self.now.as_str().into());
        }
        if let Some(output) = told.and_then(|told| told.output.clone()).filter(|_| word == "done") {
            task.insert("output".into(), output.into());
        }
        if word == "failed" {
            task.insert("error".into(), self.error.map(|error| crate::web::show::short(error, 500)).into());
        }
        Value::Object(task)
    }
}
