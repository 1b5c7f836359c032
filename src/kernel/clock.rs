//! The clock for what the database cannot time: codes of a second factor, and words such as "3 min ago".
use jiff::Timestamp;
use std::sync::Arc;

/// Where "now" comes from. Leases, sessions and expiries never ask it: they use the database's `now()`.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's clock.
    #[allow(clippy::disallowed_methods, reason = "this is where everybody else asks")]
    pub fn system() -> Self {
        Self(Arc::new(Timestamp::now))
    }

    /// A clock that says what it is told, for tests.
    pub fn told(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }

    /// Seconds since 1970, as RFC 6238 counts its steps.
    pub fn unix(&self) -> u64 {
        u64::try_from(self.now().as_second()).unwrap_or(0)
    }
}
