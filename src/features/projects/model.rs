//! A state as a document, and what differs between two of them.
use crate::web::show::short;
use serde_json::Value;

/// The longest state, in bytes, that is read to be drawn or compared.
pub const LONGEST: i32 = 8_000_000;
/// The most differences that are told.
pub const MOST: usize = 200;
/// How deep two states are compared; below that a branch differs as a whole.
const DEPTH: usize = 24;
/// The most letters of a value.
const LETTERS: usize = 400;

/// What differs at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differs {
    /// A JSON pointer (RFC 6901).
    pub at: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Compares two documents, field by field and item by item; a few more than [`MOST`] differences are enough.
pub fn differences(before: &Value, after: &Value) -> Vec<Differs> {
    let mut found = Vec::new();
    compare(Some(before), Some(after), "", DEPTH, &mut found);
    found
}

fn compare(before: Option<&Value>, after: Option<&Value>, at: &str, depth: usize, found: &mut Vec<Differs>) {
    if before == after || found.len() > MOST {
        return;
    }
    match (before, after) {
        (Some(Value::Object(was)), Some(Value::Object(is))) if depth > 0 => {
            let added = is.keys().filter(|name| !was.contains_key(*name));
            for name in was.keys().chain(added) {
                let place = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                compare(was.get(name), is.get(name), &place, depth - 1, found);
            }
        }
        (Some(Value::Array(was)), Some(Value::Array(is))) if depth > 0 => {
            for no in 0..was.len().max(is.len()) {
                if found.len() > MOST {
                    return;
                }
                compare(was.get(no), is.get(no), &format!("{at}/{no}"), depth - 1, found);
            }
        }
        _ => found.push(Differs { at: short(at, 300), before: before.map(words), after: after.map(words) }),
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => short(text, LETTERS),
        Value::Array(items) if items.len() > 20 => format!("{} items", items.len()),
        Value::Object(fields) if fields.len() > 20 => format!("{} fields", fields.len()),
        other => short(&other.to_string(), LETTERS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_differs_is_named_by_its_place() {
        let before = json!({ "step": "script", "scenes": [{ "no": 1, "status": "draft" }], "gone": true, "a/b": 1 });
        let after = json!({ "step": "render", "scenes": [{ "no": 1, "status": "done" }, { "no": 2 }], "a/b": 2 });
        let told: Vec<_> = differences(&before, &after).into_iter().map(|one| (one.at, one.before, one.after)).collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            told,
            [
                ("/step".into(), text("script"), text("render")),
                ("/scenes/0/status".into(), text("draft"), text("done")),
                ("/scenes/1".into(), None, text("{\"no\":2}")),
                ("/gone".into(), text("true"), None),
                ("/a~1b".into(), text("1"), text("2")),
            ]
        );
        assert_eq!(differences(&before, &before), []);
    }

    #[test]
    fn large_and_deep_states_are_compared_within_bounds() {
        let (few, many) = (json!((0..50_000).collect::<Vec<_>>()), json!((1..50_001).collect::<Vec<_>>()));
        assert_eq!(differences(&few, &many).len(), MOST + 1);
        let deep = |end: &str| (0..120).fold(json!(end), |inner, _| json!([inner]));
        let told = differences(&deep("x"), &deep("y"));
        assert_eq!(told.len(), 1);
        assert!(told[0].before.as_ref().is_some_and(|text| text.chars().count() <= LETTERS + 1));
    }
}
