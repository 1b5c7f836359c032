//! What a row was, and what it became.
use super::Result;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A model whose rows appear in the audit log. What must not be shown is declared before the first row is written.
pub trait Audited: Serialize {
    /// `user`: the word in the audit log and in links.
    const KIND: &'static str;
    /// Fields that are recorded as changed, never with their value.
    const REDACTED: &'static [&'static str];
    /// The row's id.
    fn id(&self) -> String;
    /// What people call it.
    fn label(&self) -> String;
}

/// What something was done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    pub kind: String,
    pub id: String,
    pub label: String,
}

impl Target {
    /// A model's row.
    pub fn of<M: Audited>(model: &M) -> Self {
        Self { kind: M::KIND.into(), id: model.id(), label: model.label() }
    }

    /// Something that is no row, as `Target::new("session", id, "Ada's session")`.
    pub fn new(kind: &str, id: impl ToString, label: impl Into<String>) -> Self {
        Self { kind: kind.into(), id: id.to_string(), label: label.into() }
    }
}

/// What one row was and became; a missing side means made or removed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub target: Target,
    pub before: Option<Map<String, Value>>,
    pub after: Option<Map<String, Value>>,
}

impl Change {
    /// A row that was made.
    ///
    /// # Errors
    /// When the model does not serialize to an object.
    pub fn made<M: Audited>(after: &M) -> Result<Self> {
        Ok(Self { target: Target::of(after), before: None, after: Some(fields(after)?) })
    }

    /// A row that was changed.
    ///
    /// # Errors
    /// When the model does not serialize to an object.
    pub fn updated<M: Audited>(before: &M, after: &M) -> Result<Self> {
        let (mut was, mut is) = (raw(before)?, raw(after)?);
        for field in M::REDACTED {
            let differs = was.get(*field) != is.get(*field);
            redact(&mut was, field, "(hidden)");
            redact(&mut is, field, if differs { "(hidden, changed)" } else { "(hidden)" });
        }
        Ok(Self { target: Target::of(after), before: Some(was), after: Some(is) })
    }

    /// A row that was removed.
    ///
    /// # Errors
    /// When the model does not serialize to an object.
    pub fn removed<M: Audited>(before: &M) -> Result<Self> {
        Ok(Self { target: Target::of(before), before: Some(fields(before)?), after: None })
    }

    /// The fields that differ: name, before, after; an absent side is `None`.
    pub fn differences(&self) -> Vec<(String, Option<Value>, Option<Value>)> {
        let empty = Map::new();
        let (was, is) = (self.before.as_ref().unwrap_or(&empty), self.after.as_ref().unwrap_or(&empty));
        let added = is.keys().filter(|name| !was.contains_key(*name));
        was.keys()
            .chain(added)
            .filter(|name| was.get(*name) != is.get(*name))
            .map(|name| (name.clone(), was.get(name).cloned(), is.get(name).cloned()))
            .collect()
    }
}

fn raw<M: Audited>(model: &M) -> Result<Map<String, Value>> {
    match serde_json::to_value(model)? {
        Value::Object(fields) => Ok(fields),
        other => Ok(Map::from_iter([("value".to_owned(), other)])),
    }
}

fn fields<M: Audited>(model: &M) -> Result<Map<String, Value>> {
    let mut fields = raw(model)?;
    for field in M::REDACTED {
        redact(&mut fields, field, "(hidden)");
    }
    Ok(fields)
}

fn redact(fields: &mut Map<String, Value>, field: &str, mark: &str) {
    if let Some(value) = fields.get_mut(field).filter(|value| !value.is_null()) {
        *value = Value::String(mark.to_owned());
    }
}
