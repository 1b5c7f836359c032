//! How a model is trained: the parameters that staff may change for another attempt.
use crate::kernel::Invalid;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The optimizers that the trainer knows.
pub const OPTIMIZERS: [&str; 5] = ["adamw8bit", "adamw", "adafactor", "lion8bit", "prodigy"];
/// Sides of pictures, in pixels: what buckets can be made for.
const SIDES: std::ops::RangeInclusive<u32> = 256..=2_048;

/// The parameters, as the form shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    pub rank: Option<String>,
    pub alpha: Option<String>,
    pub learning_rate: Option<String>,
    pub steps: Option<String>,
    pub resolution: Option<String>,
    pub optimizer: Option<String>,
    pub seed: Option<String>,
}

/// A training's parameters: those that are known here, and whatever else the platform has put beside them.
#[derive(Clone, Debug, PartialEq)]
pub struct Config(pub Map<String, Value>);

impl Config {
    /// A parameter as it is written.
    pub fn text(&self, name: &str) -> String {
        match self.0.get(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(all)) => all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            Some(other) => other.to_string(),
        }
    }

    /// How many steps it takes, if it says so.
    pub fn steps(&self) -> Option<i32> {
        self.0.get("steps").and_then(Value::as_i64).and_then(|steps| i32::try_from(steps).ok())
    }

    /// The form as it is now.
    pub fn numbers(&self) -> Numbers {
        let text = |name| Some(self.text(name));
        Numbers {
            rank: text("rank"),
            alpha: text("alpha"),
            learning_rate: text("learning_rate"),
            steps: text("steps"),
            resolution: text("resolution"),
            optimizer: text("optimizer"),
            seed: text("seed"),
        }
    }

    /// With what was typed over it. What was not touched stays exactly as it was, and an empty field too.
    ///
    /// # Errors
    /// Everything that is wrong, together.
    pub fn with(&self, typed: &Numbers, most_steps: i64) -> Result<Self, Invalid> {
        let now = self.numbers();
        let mut config = self.0.clone();
        let mut wrong = Invalid::default();
        let fields = [
            ("rank", &typed.rank, &now.rank),
            ("alpha", &typed.alpha, &now.alpha),
            ("learning_rate", &typed.learning_rate, &now.learning_rate),
            ("steps", &typed.steps, &now.steps),
            ("resolution", &typed.resolution, &now.resolution),
            ("optimizer", &typed.optimizer, &now.optimizer),
            ("seed", &typed.seed, &now.seed),
        ];
        for (name, typed, now) in fields {
            let Some(text) = typed.as_deref().map(str::trim).filter(|text| !text.is_empty() && Some(*text) != now.as_deref()) else {
                continue;
            };
            match value(name, text, most_steps) {
                Ok(value) => {
                    config.insert(name.to_owned(), value);
                }
                Err(sentence) => wrong.fields.push((name, sentence)),
            }
        }
        if wrong.fields.is_empty() { Ok(Self(config)) } else { Err(wrong) }
    }
}

fn value(name: &str, text: &str, most_steps: i64) -> Result<Value, String> {
    match name {
        "rank" => whole(text, 1, 128),
        "steps" => whole(text, 100, most_steps.max(100)),
        "seed" => whole(text, 0, i64::from(u32::MAX)),
        "alpha" => number(text, 0.1, 256.0),
        "learning_rate" => number(text, 1e-7, 1e-2),
        "optimizer" if OPTIMIZERS.contains(&text) => Ok(json!(text)),
        "optimizer" => Err(format!("Choose one of {}.", OPTIMIZERS.join(", "))),
        _ => sides(text),
    }
}

fn whole(text: &str, least: i64, most: i64) -> Result<Value, String> {
    let number = text.parse::<i64>().ok().filter(|number| (least..=most).contains(number));
    number.map(|number| json!(number)).ok_or_else(|| format!("Give a whole number from {least} to {most}."))
}

fn number(text: &str, least: f64, most: f64) -> Result<Value, String> {
    let number = text.parse::<f64>().ok().filter(|number| (least..=most).contains(number));
    number.map(|number| json!(number)).ok_or_else(|| format!("Give a number from {least} to {most}, such as 0.0001 or 1e-4."))
}

fn sides(text: &str) -> Result<Value, String> {
    let sides: Option<Vec<u32>> =
        text.split(',').map(|side| side.trim().parse().ok().filter(|side| SIDES.contains(side) && side % 64 == 0)).collect();
    let refused = || format!("Give one to six sides from {} to {} in steps of 64, as 512, 768, 1024.", SIDES.start(), SIDES.end());
    sides.filter(|sides| (1..=6).contains(&sides.len())).map(|sides| json!(sides)).ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        let value = json!({ "rank": 64, "alpha": 16, "learning_rate": 0.0004, "steps": 2000, "resolution": [512, 1280], "optimizer": "adamw", "extra": true });
        Config(value.as_object().expect("an object").clone())
    }

    #[test]
    fn only_what_was_changed_differs() {
        assert_eq!(config().with(&config().numbers(), 4_000), Ok(config()));
        assert_eq!(config().with(&Numbers::default(), 4_000), Ok(config()));
        let typed = Numbers {
            rank: Some(" 16 ".into()),
            learning_rate: Some("1e-4".into()),
            resolution: Some("512,768".into()),
            ..config().numbers()
        };
        let changed = config().with(&typed, 4_000).expect("fits");
        assert_eq!(
            (changed.text("rank"), changed.text("learning_rate"), changed.text("resolution")),
            ("16".into(), "0.0001".into(), "512, 768".into())
        );
        assert_eq!((&changed.0["extra"], &changed.0["alpha"]), (&json!(true), &json!(16)));
    }

    #[test]
    fn what_the_trainer_would_not_take_is_refused_together() {
        let typed = Numbers {
            rank: Some("0".into()),
            alpha: Some("NaN".into()),
            learning_rate: Some("1".into()),
            steps: Some("4001".into()),
            resolution: Some("500".into()),
            optimizer: Some("sgd".into()),
            seed: Some("-1".into()),
        };
        let wrong = config().with(&typed, 4_000).expect_err("all wrong");
        assert_eq!(wrong.fields.len(), 7, "{wrong}");
    }
}
