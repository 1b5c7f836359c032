//! JSON Schema (draft 2020-12): each schema is compiled once.
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// The longest sentence about what does not fit.
const LONGEST: usize = 300;

static COMPILED: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// The schema, compiled; nothing when it is none itself.
fn compiled(text: &str, schema: impl FnOnce() -> Option<Value>) -> Option<Arc<Validator>> {
    let mut known = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(validator) = known.get(text) {
        return Some(Arc::clone(validator));
    }
    let validator = Arc::new(jsonschema::draft202012::new(&schema()?).ok()?);
    known.insert(text.to_owned(), Arc::clone(&validator));
    Some(validator)
}

/// Whether a text is as a pattern of ECMA 262 says.
pub(super) fn matches(pattern: &str, text: &Value) -> bool {
    compiled(pattern, || Some(json!({ "type": "string", "pattern": pattern }))).is_some_and(|validator| validator.is_valid(text))
}

/// Whether a value fits a schema.
///
/// # Errors
/// Where it does not (RFC 6901), and why.
pub(super) fn check(schema: &str, value: &Value) -> Result<(), String> {
    let validator = compiled(schema, || serde_json::from_str(schema).ok()).ok_or("The schema of this setting cannot be read.")?;
    let Err(error) = validator.validate(value) else { return Ok(()) };
    let (place, why) = (error.instance_path().to_string(), error.to_string());
    let place: String = if place.is_empty() { "At the top".into() } else { format!("At {}", short(&place)) };
    Err(format!("{place}: {}.", short(&why)))
}

fn short(text: &str) -> String {
    if text.chars().count() <= LONGEST { text.to_owned() } else { text.chars().take(LONGEST).chain(['…']).collect() }
}

/// Whether a schema is one.
pub fn is_schema(schema: &str) -> bool {
    compiled(schema, || serde_json::from_str(schema).ok()).is_some()
}
