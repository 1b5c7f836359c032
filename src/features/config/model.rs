//! A setting as it is kept, as it is shown, and as the audit log knows it.
use crate::kernel::{Audited, Tier};
use crate::live::settings::{Definition, Kind, plain};
use crate::web::parts::Difference;
use crate::web::show;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What the database holds of a setting.
#[derive(Clone, Debug)]
pub struct Stored {
    pub value: Value,
    pub version: i32,
    pub by: Option<String>,
    pub at: Timestamp,
}

/// What the database holds of all settings, by key.
pub type Rows = BTreeMap<String, Stored>;

/// Of a row; what has none is at version 0.
pub fn version(rows: &Rows, key: &str) -> i32 {
    rows.get(key).map_or(0, |row| row.version)
}

/// The values, as [`crate::live::Settings`] takes them.
pub fn values(rows: &Rows) -> BTreeMap<String, Value> {
    rows.iter().map(|(key, row)| (key.clone(), row.value.clone())).collect()
}

/// A setting with its value, for the record.
#[derive(Clone, Debug, Serialize)]
pub struct Setting {
    #[serde(skip)]
    pub key: &'static str,
    pub value: Value,
}

impl Audited for Setting {
    const KIND: &'static str = "setting";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.key.to_owned()
    }
    fn label(&self) -> String {
        self.key.to_owned()
    }
}

/// A value in words.
pub fn words(definition: &Definition, value: &Value) -> String {
    match (definition.kind, value) {
        (Kind::Number(_), _) => [figure(value), definition.unit.to_owned()].join(" ").trim_end().to_owned(),
        (Kind::Switch, Value::Bool(on)) => if *on { "On" } else { "Off" }.to_owned(),
        (Kind::Choice(choices), Value::String(code)) => {
            choices.iter().find(|(offered, _)| offered == code).map_or_else(|| code.clone(), |(_, label)| (*label).to_owned())
        }
        (Kind::PerTier(_), _) => {
            let each = Tier::ALL.iter().map(|tier| format!("{} {}", tier.label(), value.get(tier.code()).map(figure).unwrap_or_default()));
            each.collect::<Vec<_>>().join(", ")
        }
        (_, Value::String(text)) if text.is_empty() => "(empty)".to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, other) => pretty(other),
    }
}

/// A number, its thousands apart.
pub fn figure(value: &Value) -> String {
    match value.as_f64() {
        // A setting's number has far less than 53 bits.
        Some(number) if number.fract() == 0.0 => show::number(number as i64),
        Some(number) => plain(number),
        None => value.to_string(),
    }
}

/// JSON, one thing a line; a short list on one.
pub fn pretty(value: &Value) -> String {
    let is_short = value.as_array().is_some_and(|items| items.iter().all(|item| item.is_number() || item.is_boolean()));
    let written = if is_short { serde_json::to_string(value) } else { serde_json::to_string_pretty(value) };
    written.unwrap_or_default().replace(if is_short { "," } else { "\u{0}" }, ", ")
}

/// What differs between two values; of a table, the tiers that do.
pub fn differences(definition: &Definition, before: Option<&Value>, after: &Value) -> Vec<Difference> {
    let default = definition.default();
    let was = before.unwrap_or(&default);
    if matches!(definition.kind, Kind::PerTier(_)) {
        let of = |value: &Value, tier: Tier| value.get(tier.code()).map(figure);
        let differ = Tier::ALL.iter().filter(|tier| was.get(tier.code()) != after.get(tier.code()));
        return differ.map(|tier| Difference { field: tier.label().into(), before: of(was, *tier), after: of(after, *tier) }).collect();
    }
    if was == after {
        return Vec::new();
    }
    vec![Difference { field: "Value".into(), before: Some(words(definition, was)), after: Some(words(definition, after)) }]
}
