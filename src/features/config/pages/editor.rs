//! How a setting is changed: an editor for each kind, filled with what is there or with what was typed.
use crate::features::config::actions::Edit;
use crate::features::config::model::pretty;
use crate::kernel::Tier;
use crate::live::settings::{Definition, Kind, Range, plain};
use crate::web::parts::Choice;
use serde_json::Value;

/// An editor.
pub enum Editor {
    Number { value: String, limits: Limits },
    Tiers { cells: Vec<Cell>, limits: Limits },
    Switch { on: bool },
    Choice { choices: Vec<Choice> },
    Line { value: String, longest: usize },
    Lines { value: String, longest: usize },
    Json { value: String },
}

/// What a number may be, as the browser takes it.
pub struct Limits {
    pub min: String,
    pub max: String,
    pub step: String,
}

/// The field of a tier.
pub struct Cell {
    pub name: String,
    pub label: &'static str,
    pub value: String,
}

impl Limits {
    fn of(range: Range) -> Self {
        Self { min: plain(range.min), max: plain(range.max), step: plain(range.step) }
    }
}

/// For a setting with its value; what was typed wins.
pub fn editor(definition: &'static Definition, value: &Value, typed: Option<&Edit>) -> Editor {
    let text = || typed.map_or_else(|| plain_text(definition, value), |edit| edit.text().to_owned());
    match definition.kind {
        Kind::Number(range) => Editor::Number { value: text(), limits: Limits::of(range) },
        Kind::PerTier(range) => {
            let cell = |tier: &Tier| {
                let shown = || value.get(tier.code()).map(Value::to_string).unwrap_or_default();
                let value = typed.map_or_else(shown, |edit| edit.of_tier(*tier).to_owned());
                Cell { name: definition.of_tier(*tier), label: tier.label(), value }
            };
            Editor::Tiers { cells: Tier::ALL.iter().map(cell).collect(), limits: Limits::of(range) }
        }
        Kind::Switch => Editor::Switch { on: text() == "on" },
        Kind::Choice(words) => {
            let chosen = text();
            let choice = |(code, label): &(&str, &str)| Choice { selected: *code == chosen, value: (*code).into(), label: (*label).into() };
            Editor::Choice { choices: words.iter().map(choice).collect() }
        }
        Kind::Text { longest, lines: false, .. } => Editor::Line { value: text(), longest },
        Kind::Text { longest, .. } => Editor::Lines { value: text(), longest },
        Kind::Json(_) => Editor::Json { value: text() },
    }
}

/// A value as its field holds it.
fn plain_text(definition: &Definition, value: &Value) -> String {
    match (definition.kind, value) {
        (Kind::Number(_), _) => value.as_f64().map(plain).unwrap_or_default(),
        (_, Value::Bool(on)) => if *on { "on" } else { "off" }.to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, other) => pretty(other),
    }
}

/// The fields that carry a value through a page on which it cannot be changed.
pub fn carried(definition: &'static Definition, value: &Value, (seen, was): (i32, &Value)) -> Vec<(String, String)> {
    let key = definition.key;
    let mut fields = vec![(format!("{key}:seen"), seen.to_string()), (format!("{key}:was"), was.to_string())];
    match definition.kind {
        Kind::PerTier(_) => {
            let each =
                Tier::ALL.iter().map(|tier| (definition.of_tier(*tier), value.get(tier.code()).map(Value::to_string).unwrap_or_default()));
            fields.extend(each);
        }
        _ => fields.push((key.to_owned(), plain_text(definition, value))),
    }
    fields
}
