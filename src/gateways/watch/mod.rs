//! How each gateway is: every call to the outside passes here and is counted, once, whatever it was about.
mod crews;
mod finby;
mod letters;
mod objects;
mod training;

use crate::codes;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

codes! {
    /// What Backlot talks to.
    pub enum Gateway {
        Finby = "finby" / "Payments (Finby)",
        Training = "training" / "Training service",
        Crews = "crewai" / "Crews (CrewAI)",
        Storage = "storage" / "Object store",
        Mail = "mail" / "Mail server",
        Collector = "collector" / "Analytics collector",
        Chat = "chat" / "Chat webhook",
    }
}

/// Whether an error means that the other side is away or broken. That it says no, asks to wait or knows of no such thing is an answer.
pub trait Outage {
    /// It is not an answer.
    fn is_outage(&self) -> bool;
}

/// What calls came to since somebody asked last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    pub calls: u32,
    pub failed: u32,
    /// Of all calls together.
    pub milliseconds: f64,
    /// Failures that no answer came after.
    pub in_a_row: u32,
    /// The last error, in its own words.
    pub error: Option<String>,
}

impl Tally {
    /// Whether at least one call was answered.
    pub fn answered(&self) -> bool {
        self.calls > self.failed
    }
}

/// The calls of this server; cheap to clone.
#[derive(Clone, Default)]
pub struct Calls(Arc<Mutex<BTreeMap<&'static str, Tally>>>);

/// The longest error that is kept, in characters.
const LONGEST: usize = 300;

impl Calls {
    /// Makes a call, and counts what comes of it.
    ///
    /// # Errors
    /// The call's own.
    pub async fn see<T, E: Outage + Display>(&self, gateway: Gateway, call: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let began = Instant::now();
        let answer = call.await;
        let failure = answer.as_ref().err().filter(|error| error.is_outage()).map(ToString::to_string);
        self.note(gateway, began.elapsed().as_secs_f64(), failure);
        answer
    }

    fn note(&self, gateway: Gateway, seconds: f64, failure: Option<String>) {
        let outcome = if failure.is_some() { "failed" } else { "answered" };
        metrics::counter!("backlot_outside_calls_total", "gateway" => gateway.code(), "outcome" => outcome).increment(1);
        metrics::histogram!("backlot_outside_call_seconds", "gateway" => gateway.code()).record(seconds);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tally = all.entry(gateway.code()).or_default();
        tally.calls += 1;
        tally.milliseconds += seconds * 1_000.0;
        match failure {
            None => tally.in_a_row = 0,
            Some(error) => {
                tally.failed += 1;
                tally.in_a_row += 1;
                tally.error = Some(error.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect());
            }
        }
    }

    /// What calls came to since this was asked last, by gateway.
    pub fn take(&self) -> Vec<(&'static str, Tally)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().collect()
    }

    /// Puts back what could not be written down.
    pub fn put_back(&self, gateway: &'static str, earlier: Tally) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tally = all.entry(gateway).or_default();
        let answered_since = tally.answered();
        tally.calls += earlier.calls;
        tally.failed += earlier.failed;
        tally.milliseconds += earlier.milliseconds;
        if !answered_since {
            tally.in_a_row += earlier.in_a_row;
        }
        tally.error = tally.error.take().or(earlier.error);
    }
}

/// Something outside whose calls are counted.
pub struct Watched<T> {
    inner: T,
    gateway: Gateway,
    calls: Calls,
}

impl<T> Watched<T> {
    /// Counts the calls to a gateway.
    pub fn new(gateway: Gateway, inner: T, calls: &Calls) -> Self {
        Self { inner, gateway, calls: calls.clone() }
    }

    async fn see<A, E: Outage + Display>(&self, call: impl Future<Output = Result<A, E>>) -> Result<A, E> {
        self.calls.see(self.gateway, call).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Away(bool);
    impl Outage for Away {
        fn is_outage(&self) -> bool {
            self.0
        }
    }
    impl Display for Away {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            out.write_str("gone")
        }
    }

    #[tokio::test]
    async fn an_answer_ends_a_row_of_failures_and_a_refusal_is_an_answer() {
        let calls = Calls::default();
        for (outcome, in_a_row) in [(Err(Away(true)), 1), (Err(Away(true)), 2), (Err(Away(false)), 0), (Err(Away(true)), 1), (Ok(()), 0)] {
            let _ = calls.see(Gateway::Mail, async { outcome }).await;
            let now = calls.0.lock().expect("nobody panicked")["mail"].clone();
            assert_eq!(now.in_a_row, in_a_row);
        }
        let (gateway, tally) = calls.take().remove(0);
        assert_eq!((gateway, tally.calls, tally.failed, tally.error.as_deref()), ("mail", 5, 3, Some("gone")));
        assert!(calls.take().is_empty(), "it is told once");
        calls.put_back("mail", tally);
        assert_eq!(calls.take()[0].1.calls, 5);
    }
}
