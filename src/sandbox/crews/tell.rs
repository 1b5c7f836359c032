//! Telling how a run goes: events to the address that came with its kickoff, with the token that came along.
use super::{Shared, open};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// The longest that a run is followed.
const LONGEST: u32 = 600;

/// Follows a run, if anybody wants to hear of it.
pub fn follow(desk: Shared, id: &str, asked: &Value) {
    let text = |place: &Value, name: &str| place.get(name).and_then(Value::as_str).map(str::to_owned);
    let webhooks = asked.get("webhooks").cloned().unwrap_or_default();
    let token = webhooks.get("authentication").and_then(|how| text(how, "token"));
    let (Some(url), Some(token)) = (text(&webhooks, "url"), token) else { return };
    let id = id.to_owned();
    tokio::spawn(async move {
        let Ok(http) = reqwest::Client::builder().timeout(Duration::from_secs(5)).build() else { return };
        let mut told = None;
        for _ in 0..LONGEST {
            let now = open(&desk).runs.get(&id).map(|run| (run.at(), run.progress(), run.meta.clone(), run.pace()));
            let Some((at, progress, meta, pace)) = now else { return };
            if told != Some((at, progress)) {
                told = Some((at, progress));
                let sent = http.post(&url).bearer_auth(&token).json(&message(&id, &format!("{at:?}"), progress, &meta)).send().await;
                if let Err(error) = sent {
                    tracing::debug!(%error, "nobody heard how a run of the sandbox goes");
                }
            }
            if at.is_over() {
                return;
            }
            tokio::time::sleep(pace.max(Duration::from_millis(100)) / 2).await;
        }
    });
}

fn message(id: &str, at: &str, (done, all): (usize, usize), meta: &Value) -> Value {
    let data = json!({ "state": at, "meta": meta, "completed_tasks": done, "total_tasks": all });
    json!({ "events": [{ "id": Uuid::now_v7(), "execution_id": id, "type": "task_completed", "data": data }] })
}
