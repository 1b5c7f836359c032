//! A run of a crew of the sandbox: how it is follows from how long it has been going on.
use super::script::{Ending, Script, Words};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A run.
#[derive(Clone, Debug)]
pub struct Run {
    pub crew: String,
    pub inputs: Value,
    pub meta: Value,
    began: Instant,
    script: Script,
    stopped: bool,
}

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Queued,
    Working,
    Asking,
    Mumbling,
    Succeeded,
    Failed,
    Stopped,
}

impl At {
    /// Nothing more will happen.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Stopped)
    }
}

impl Run {
    pub(super) fn begin(crew: &str, script: &Script, asked: &Value) -> Self {
        let of = |name: &str| asked.get(name).cloned().unwrap_or_default();
        let script = script.clone();
        Self { crew: crew.into(), inputs: of("inputs"), meta: of("meta"), began: Instant::now(), script, stopped: false }
    }

    pub(super) fn stop(&mut self) {
        self.stopped = true;
    }

    /// How its crew goes on from here, whatever it was told before.
    pub(super) fn goes_on(&mut self, ending: Ending, pace: Duration) {
        (self.script.ending, self.script.pace) = (ending, pace);
    }

    /// How long a task takes.
    pub(super) fn pace(&self) -> Duration {
        self.script.pace
    }

    /// Tasks that are done, and how many there are.
    pub(super) fn progress(&self) -> (usize, usize) {
        let all = self.script.tasks.len();
        let gone = self.began.elapsed().as_micros() / self.script.pace.as_micros().max(1);
        let held = if self.script.ending == Ending::Succeeds { all } else { all.saturating_sub(1) };
        (usize::try_from(gone).unwrap_or(all).min(held), all)
    }

    /// How it is now.
    pub fn at(&self) -> At {
        let (done, all) = self.progress();
        let time = self.began.elapsed();
        match &self.script.ending {
            _ if self.stopped => At::Stopped,
            Ending::Mumbles(_) => At::Mumbling,
            Ending::Succeeds if done == all => At::Succeeded,
            Ending::Fails(_) if done + 1 >= all && time >= self.script.pace * u32::try_from(all).unwrap_or(1) => At::Failed,
            Ending::Asks if done + 1 >= all => At::Asking,
            _ if time < self.script.pace / 4 => At::Queued,
            _ => At::Working,
        }
    }

    /// Its crew's word for that.
    pub(super) fn word(&self) -> String {
        let at = self.at();
        let word = match (self.script.words, at) {
            (_, At::Mumbling) => match &self.script.ending {
                Ending::Mumbles(word) => word.as_str(),
                _ => "",
            },
            (Words::OpenApi, At::Queued | At::Working) => "running",
            (Words::OpenApi, At::Succeeded) => "completed",
            (Words::OpenApi, At::Failed) => "error",
            (Words::OpenApi, At::Stopped) => "stopped",
            (Words::Celery, At::Queued) => "PENDING",
            (Words::Celery, At::Working) => "STARTED",
            (Words::Celery, At::Succeeded) => "SUCCESS",
            (Words::Celery, At::Failed) => "FAILURE",
            (Words::Celery, At::Stopped) => "REVOKED",
            (_, At::Asking) => "Pending Human Input",
            (Words::Sentences, At::Queued) => "Pending",
            (Words::Sentences, At::Working) => "Running",
            (Words::Sentences, At::Succeeded) => "Completed",
            (Words::Sentences, At::Failed) => "Failed",
            (Words::Sentences, At::Stopped) => "Revoked",
        };
        word.to_owned()
    }

    /// Its status, as its crew's host says it.
    pub(super) fn status(&self) -> Value {
        let (done, all) = self.progress();
        let (at, word) = (self.at(), self.word());
        let outputs: Vec<Value> =
            self.script.tasks.iter().take(done).map(|name| json!({ "name": name, "output": format!("{name} is done.") })).collect();
        let error = match (&self.script.ending, at) {
            (Ending::Fails(error), At::Failed) => Value::from(error.as_str()),
            _ => Value::Null,
        };
        let result = (at == At::Succeeded).then(|| json!({ "output": { "document": "made in the sandbox" }, "tasks": outputs }));
        let current = self.script.tasks.get(done).filter(|_| !at.is_over());
        match self.script.words {
            Words::Celery => json!({ "state": word, "result": result, "error": error, "meta": self.meta }),
            _ => json!({
                "status": word, "current_task": current, "result": result, "error": error, "meta": self.meta,
                "progress": { "completed_tasks": done, "total_tasks": all }, "execution_time": self.began.elapsed().as_secs_f32(),
            }),
        }
    }
}
