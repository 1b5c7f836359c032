//! Sizes, lengths and parameters in words.
use crate::features::lora::model::Config;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// A size in bytes: `18.4 MB`.
pub fn size(bytes: i64) -> String {
    let tenths = |unit: i64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", tenths(1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", tenths(1_000_000)),
        _ => format!("{} GB", tenths(1_000_000_000)),
    }
}

/// A length of time: `45 s`, `12 min 30 s`, `2 h 05 min`.
pub fn long(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3_600, seconds / 60 % 60),
    }
}

/// From one moment to another, or until now.
pub fn between(from: Option<Timestamp>, to: Option<Timestamp>, now: Timestamp) -> String {
    from.map_or_else(|| "–".to_owned(), |from| long(to.unwrap_or(now).duration_since(from)))
}

/// The order in which people read parameters; others follow.
const FIRST: [(&str, &str); 8] = [
    ("rank", "Rank"),
    ("alpha", "Alpha"),
    ("learning_rate", "Learning rate"),
    ("steps", "Steps"),
    ("resolution", "Resolution"),
    ("optimizer", "Optimizer"),
    ("caption_dropout", "Caption dropout"),
    ("seed", "Seed"),
];

/// Every parameter with its value.
pub fn parameters(config: &Config) -> Vec<(String, String)> {
    let known = FIRST.iter().filter(|(name, _)| config.0.contains_key(*name)).map(|(name, label)| ((*label).to_owned(), config.text(name)));
    let others = config.0.iter().filter(|(name, _)| !FIRST.iter().any(|(known, _)| known == name));
    let others = others.map(|(name, value)| (name.replace('_', " "), plain(value)));
    known.chain(others).collect()
}

fn plain(value: &Value) -> String {
    if let Value::String(text) = value { text.clone() } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_lengths_are_told_in_words() {
        assert_eq!([0, 1_499, 18_449_000, 2_000_000_000].map(size), ["0 B", "1.4 kB", "18.4 MB", "2.0 GB"]);
        assert_eq!([9, 750, 7_500].map(|seconds| long(SignedDuration::from_secs(seconds))), ["9 s", "12 min 30 s", "2 h 05 min"]);
    }
}
