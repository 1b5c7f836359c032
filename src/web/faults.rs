//! What went wrong inside, counted until it is written down: how often, where, and a request to look for in the log.
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// An internal error in its own words; it travels with the answer as far as the place where requests are counted.
#[derive(Clone, Debug)]
pub struct Fault(pub Arc<str>);

/// How many kinds are told apart until somebody takes them; the rest is counted together.
const MOST: usize = 200;
/// The longest that is kept of one, in characters.
const LONGEST: usize = 600;
/// What is counted together.
const OTHERS: &str = "Too many different errors to tell apart";

/// How often something happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub times: i64,
    /// The last request that it happened to.
    pub request_id: Uuid,
}

/// The internal errors since somebody took them last; cheap to clone.
#[derive(Clone, Default)]
pub struct Faults(Arc<Mutex<BTreeMap<String, Seen>>>);

impl Faults {
    /// Counts one, by the request that it happened to.
    pub fn note(&self, place: &str, fault: &Fault, request_id: Uuid) {
        let text = format!("{place}: {}", fault.0);
        self.add(text.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect(), Seen { times: 1, request_id });
    }

    fn add(&self, text: String, more: Seen) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = if all.len() < MOST || all.contains_key(&text) { text } else { OTHERS.to_owned() };
        let seen = all.entry(key).or_insert(Seen { times: 0, request_id: more.request_id });
        seen.times += more.times;
        seen.request_id = more.request_id;
    }

    /// What there is, to be written down.
    pub fn take(&self) -> Vec<(String, Seen)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().collect()
    }

    /// Puts back what could not be written down.
    pub fn put_back(&self, text: String, seen: Seen) {
        self.add(text, seen);
    }
}
