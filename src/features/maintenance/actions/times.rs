//! From when to when, as somebody types it.
pub use crate::web::typed::{named, read, typed};

use crate::web::show::Moment;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// From when to when, in the zone in which it was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// Nothing: at once.
    pub start: Option<Timestamp>,
    /// Nothing: until somebody ends it.
    pub end: Option<Timestamp>,
    /// The zone's name (IANA).
    pub zone: String,
}

impl Times {
    /// A moment in that zone, in words.
    pub fn words(&self, at: Timestamp) -> String {
        Moment::new(at, &named(&self.zone), at).local
    }

    /// The field that is blamed when the whole does not fit.
    pub fn blamed(&self) -> &'static str {
        if self.start.is_some() { "starts_at" } else { "ends_at" }
    }
}
