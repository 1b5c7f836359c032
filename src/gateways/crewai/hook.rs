//! What a crew's host tells by itself: taken as a hint that something is new, never as the truth.
use super::wire::{first, text};
use serde_json::Value;
use uuid::Uuid;

/// The most events that are read of one message.
const MOST: usize = 500;

/// Which run something is new of: by the id that we gave it, and the one that the host did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    pub run: Option<Uuid>,
    pub external: Option<String>,
}

/// The runs that a message is about, each once, in its order. Messages come as `{events: [{id, execution_id, …}]}` (webhook
/// streaming), or as one object about one run (the older callbacks).
pub fn hints(message: &Value) -> Vec<Hint> {
    let all = match message.get("events").and_then(Value::as_array) {
        Some(events) => events.iter().take(MOST).collect(),
        None => vec![message],
    };
    let mut hints = Vec::new();
    for hint in all.into_iter().filter_map(|event| hint(event, message)) {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    hints
}

fn hint(event: &Value, message: &Value) -> Option<Hint> {
    let nothing = Value::Null;
    let data = event.get("data").unwrap_or(&nothing);
    let places = [event, data, message];
    let ids = ["execution_id", "kickoff_id", "kickoffId", "executionId"];
    let external = places.iter().find_map(|place| first(place, &ids)).and_then(text).filter(|id| id.len() <= 200);
    let meta = places.iter().find_map(|place| first(place, &["meta"]));
    let run = meta.and_then(|meta| first(meta, &["run_id"])).and_then(Value::as_str).and_then(|id| Uuid::try_parse(id).ok());
    (run.is_some() || external.is_some()).then_some(Hint { run, external })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_forms_name_their_runs_once_each() {
        let run = Uuid::from_u128(7);
        let one = Hint { run: Some(run), external: Some("k-1".into()) };
        assert_eq!(hints(&json!({ "kickoff_id": "k-1", "meta": { "run_id": run }, "result": "x" })), std::slice::from_ref(&one));
        let event = json!({ "id": "e", "execution_id": "k-1", "type": "task_completed", "data": { "meta": { "run_id": run } } });
        let other = json!({ "id": "f", "execution_id": "k-2" });
        let events = json!({ "events": [event, event, other] });
        assert_eq!(hints(&events), [one, Hint { run: None, external: Some("k-2".into()) }]);
    }

    #[test]
    fn what_names_no_run_is_no_hint() {
        let long = "x".repeat(201);
        for message in [json!(null), json!([1]), json!({ "events": [] }), json!({ "meta": { "run_id": 5 } }), json!({ "kickoff_id": long })]
        {
            assert_eq!(hints(&message), [], "{message:.80}");
        }
    }
}
