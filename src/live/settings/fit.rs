//! Whether a value is what a setting may hold; every answer is the value as it is kept, or a sentence.
use super::definition::{Kind, Range, Words};
use super::schema;
use crate::kernel::Tier;
use serde_json::{Map, Value};

/// The longest JSON, as it is kept.
pub const LONGEST_JSON: usize = 20_000;

/// A value as it is kept.
///
/// # Errors
/// Why it does not fit.
pub fn fit(kind: Kind, value: &Value) -> Result<Value, String> {
    match kind {
        Kind::Number(range) => number(range, value),
        Kind::PerTier(range) => per_tier(range, value),
        Kind::Switch => value.is_boolean().then(|| value.clone()).ok_or_else(|| "This is on or off.".into()),
        Kind::Choice(words) => {
            let is_offered = value.as_str().is_some_and(|text| words.iter().any(|(offered, _)| *offered == text));
            is_offered.then(|| value.clone()).ok_or_else(|| format!("Choose one of these: {}.", labels(words)))
        }
        Kind::Text { longest, lines, pattern } => text(value, longest, lines).and_then(|text| patterned(text, pattern)),
        Kind::Json(schema) => json(schema, value),
    }
}

fn labels(words: &[Words]) -> String {
    words.iter().map(|(_, label)| *label).collect::<Vec<_>>().join(", ")
}

fn number(range: Range, value: &Value) -> Result<Value, String> {
    let number = value.as_f64().filter(|number| number.is_finite()).ok_or("Give a number.")?;
    if range.whole && number.fract() != 0.0 {
        return Err("Give a whole number.".into());
    }
    if number < range.min || number > range.max {
        return Err(format!("Give a number from {} to {}.", plain(range.min), plain(range.max)));
    }
    let steps = (number - range.min) / range.step;
    if (steps - steps.round()).abs() > 1e-6 {
        return Err(format!("Go in steps of {} from {}.", plain(range.step), plain(range.min)));
    }
    // A range is of 32 bits, so nothing is cut off.
    Ok(if range.whole { Value::from(number as i64) } else { Value::from(number) })
}

/// A number with no more digits than it has: `5`, not `5.0`.
pub fn plain(number: f64) -> String {
    number.to_string()
}

fn per_tier(range: Range, value: &Value) -> Result<Value, String> {
    let given = value.as_object().ok_or("Give a number for each tier.")?;
    if let Some(other) = given.keys().find(|name| !Tier::ALL.iter().any(|tier| tier.code() == name.as_str())) {
        let other: String = other.chars().take(40).collect();
        return Err(format!("There is no tier “{other}”."));
    }
    let mut kept = Map::new();
    for tier in Tier::ALL {
        let of_tier = given.get(tier.code()).ok_or_else(|| format!("{}: give a number.", tier.label()))?;
        let fitting = number(range, of_tier).map_err(|sentence| format!("{}: {}", tier.label(), lower(&sentence)))?;
        kept.insert(tier.code().to_owned(), fitting);
    }
    falls(&kept).map_or(Ok(Value::Object(kept)), Err)
}

fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Who pays more never gets less.
fn falls(kept: &Map<String, Value>) -> Option<String> {
    let of = |tier: Tier| kept.get(tier.code()).and_then(Value::as_f64).unwrap_or_default();
    let pair = Tier::ALL.iter().zip(Tier::ALL.iter().skip(1)).find(|(lower, upper)| of(**lower) > of(**upper))?;
    Some(format!("{} gets less than {}: who pays more must get at least as much.", pair.1.label(), pair.0.label()))
}

fn text(value: &Value, longest: usize, lines: bool) -> Result<String, String> {
    let text = value.as_str().ok_or("Give a text.")?.replace("\r\n", "\n");
    let length = text.chars().count();
    if length > longest {
        return Err(format!("Use at most {longest} characters; these are {length}."));
    }
    if !lines && text.contains('\n') {
        return Err("Use one line.".into());
    }
    if text.chars().any(|letter| letter.is_control() && letter != '\n') {
        return Err("Leave out control characters.".into());
    }
    Ok(text)
}

fn patterned(text: String, pattern: Option<Words>) -> Result<Value, String> {
    let value = Value::from(text);
    match pattern {
        Some((pattern, meaning)) if !schema::matches(pattern, &value) => Err(meaning.to_owned()),
        _ => Ok(value),
    }
}

fn json(schema: &'static str, value: &Value) -> Result<Value, String> {
    let length = value.to_string().chars().count();
    if length > LONGEST_JSON {
        return Err(format!("Use at most {LONGEST_JSON} characters; these are {length}."));
    }
    if holds_nul(value) {
        return Err("Leave out the character \\u0000: it cannot be kept.".into());
    }
    schema::check(schema, value).map(|()| value.clone())
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        _ => false,
    }
}
