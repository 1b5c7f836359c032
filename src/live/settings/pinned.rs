//! What the environment pins: no page changes it, on no server that has it.
use super::list::find;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Values that win over every other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pinned(Arc<BTreeMap<String, Value>>);

impl Pinned {
    /// From a JSON object of keys and values; empty text pins nothing.
    ///
    /// # Errors
    /// Everything that is wrong, a sentence each.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let given: BTreeMap<String, Value> = serde_json::from_str(text)
            .map_err(|error| vec![format!("it is no JSON object (line {}, column {}).", error.line(), error.column())])?;
        let (mut pinned, mut problems) = (BTreeMap::new(), Vec::new());
        for (key, value) in given {
            match find(&key) {
                None => problems.push(format!("there is no setting “{key}”.")),
                Some(definition) if !definition.elsewhere.is_empty() => {
                    problems.push(format!("“{key}” is switched on {} and cannot be pinned.", definition.elsewhere));
                }
                Some(definition) => match definition.fit(&value) {
                    Ok(value) => drop(pinned.insert(key, value)),
                    Err(why) => problems.push(format!("“{key}”: {why}")),
                },
            }
        }
        if problems.is_empty() { Ok(Self(Arc::new(pinned))) } else { Err(problems) }
    }

    /// The value of a key that is pinned.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of it, by key.
    pub fn values(&self) -> &BTreeMap<String, Value> {
        &self.0
    }
}

impl From<BTreeMap<String, Value>> for Pinned {
    fn from(values: BTreeMap<String, Value>) -> Self {
        Self(Arc::new(values))
    }
}
