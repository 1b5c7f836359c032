//! Settings: what the program defines, what the database changes of it, and what the environment pins.
//!
//! Whoever reads one gets a value that fits its definition, always: what does not fit counts as not there, and the log says so.
mod definition;
mod fit;
pub mod keys;
mod list;
mod pinned;
mod rules;
mod schema;

pub use definition::{Category, Definition, Kind, Range, Side};
pub use fit::{LONGEST_JSON, plain};
pub use keys::{Key, PerTier};
pub use list::{all, find};
pub use pinned::Pinned;
pub use rules::{broken, unknown};
pub use schema::is_schema;

use crate::kernel::secret;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The value of every setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    values: BTreeMap<&'static str, Value>,
    pinned: Pinned,
    /// Of what the platform reads.
    digest: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self::of(&BTreeMap::new(), &Pinned::default())
    }
}

impl Settings {
    /// The defaults, with what the database changes of them, with what the environment pins.
    pub fn of(stored: &BTreeMap<String, Value>, pinned: &Pinned) -> Self {
        let effective = |definition: &'static Definition| {
            let pinned = pinned.get(definition.key).cloned();
            let stored = || stored.get(definition.key).and_then(|value| fitting(definition, value));
            (definition.key, pinned.or_else(stored).unwrap_or_else(|| definition.default()))
        };
        let values: BTreeMap<_, _> = all().map(effective).collect();
        let mut settings = Self { values, pinned: pinned.clone(), digest: String::new() };
        let hash = secret::sha256(settings.platforms().to_string().as_bytes());
        settings.digest = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        settings
    }

    /// A setting, as what it is.
    pub fn get<T: keys::Reads>(&self, key: Key<T>) -> T {
        let read = self.values.get(key.name()).and_then(T::read);
        read.or_else(|| T::read(&find(key.name())?.default())).unwrap_or_default()
    }

    /// A setting by its name.
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.values.get(key)
    }

    /// Whether the environment holds it.
    pub fn is_pinned(&self, key: &str) -> bool {
        self.pinned.get(key).is_some()
    }

    /// What the environment holds.
    pub fn pinned(&self) -> &Pinned {
        &self.pinned
    }

    /// The same with other values; what is pinned stays.
    pub fn with(&self, changes: &BTreeMap<&'static str, Value>) -> Self {
        let mut other = self.clone();
        for (key, value) in changes.iter().filter(|(key, _)| !self.is_pinned(key)) {
            other.values.insert(key, value.clone());
        }
        other
    }

    /// What the platform reads, by key.
    pub fn platforms(&self) -> Value {
        let own = all().filter(|definition| definition.side == Side::Platform);
        let pairs = own.filter_map(|definition| Some((definition.key.to_owned(), self.values.get(definition.key)?.clone())));
        Value::Object(pairs.collect::<Map<_, _>>())
    }

    /// Changes whenever something that the platform reads does, by whichever way.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// A number by its name, whatever it is called; 0 for what is none.
    pub fn number(&self, key: &str) -> f64 {
        self.values.get(key).and_then(Value::as_f64).unwrap_or_default()
    }
}

/// What is in the database, if it is what it should be.
fn fitting(definition: &Definition, value: &Value) -> Option<Value> {
    let fitted = definition.fit(value);
    if let Err(why) = &fitted {
        tracing::warn!(key = definition.key, why, "a setting in the database does not fit; its default holds");
    }
    fitted.ok()
}
