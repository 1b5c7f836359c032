//! Where analytics events go: written with the change they tell of, sent afterwards, at least once.
//!
//! Without a collector nothing is sent and every event stays in `backlot.outbox_events`, where it can be queried.

mod delivery;
mod outbox;
mod posthog;

use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

pub use delivery::{Delivery, Pace};
pub use posthog::{PostHog, Unusable};

/// Something that an admin did, as analysts see it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Event {
    /// The same at every delivery.
    pub uuid: Uuid,
    #[serde(rename = "event")]
    pub name: String,
    pub distinct_id: String,
    pub properties: Value,
    pub timestamp: Timestamp,
}

/// Who did what nobody did: the system itself.
const NOBODY: &str = "backlot";

impl Event {
    /// As it is sent: by an admin's id, or by Backlot itself.
    pub fn new(uuid: Uuid, name: String, admin: Option<Uuid>, properties: Value, timestamp: Timestamp) -> Self {
        Self { uuid, name, distinct_id: admin.map_or_else(|| NOBODY.to_owned(), |id| id.to_string()), properties, timestamp }
    }
}

/// Why events were not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It is the collector's trouble and will pass: the same events may go later.
    #[error("{why}")]
    NotNow { why: String, after: Option<Duration> },
    /// It is the events: too many at once, or one that it will not have.
    #[error("{0}")]
    NotThese(String),
}

/// Takes events.
pub trait Collector: Send + Sync + 'static {
    /// Takes them all, or says why not.
    fn send(&self, events: &[Event]) -> impl Future<Output = Result<(), Refusal>> + Send;
}
