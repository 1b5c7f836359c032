//! How quick trainings are, and those that were begun before.
use serde_json::Value;
use std::time::Duration;

/// How quick it is.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Until a machine is free.
    pub queue: Duration,
    pub per_step: Duration,
    /// However few steps, or many.
    pub least: Duration,
    pub most: Duration,
}

impl Pace {
    /// Slow enough to be watched.
    #[must_use]
    pub fn demo() -> Self {
        Self {
            queue: Duration::from_secs(4),
            per_step: Duration::from_millis(25),
            least: Duration::from_secs(20),
            most: Duration::from_secs(90),
        }
    }

    /// As quick as a test wants it.
    #[must_use]
    pub fn quick() -> Self {
        let moment = Duration::from_millis(40);
        Self { queue: moment, per_step: Duration::ZERO, least: moment * 3, most: moment * 3 }
    }
}

/// A training that was begun before this process.
#[derive(Clone, Debug)]
pub struct Adopted {
    pub id: String,
    pub input: Value,
    pub webhook: Option<String>,
    pub steps: u32,
    pub total: u32,
    pub stalls: bool,
}
