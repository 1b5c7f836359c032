//! How many jobs run at once, how long a claim holds, how failures are spaced out.
use std::time::Duration;

/// How one server works through the queue.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The server's name, the first part of a claim's owner.
    pub instance: String,
    /// Jobs run at once. The pool needs as many connections and four more.
    pub concurrency: usize,
    /// How long a claim holds without a sign of life; signs are given three times as often.
    pub lease: Duration,
    /// How often to look when nobody gave notice, and how often schedules are looked at.
    pub poll: Duration,
    /// How long jobs may go on after the server was asked to stop.
    pub grace: Duration,
    /// The pause after a first failure; it doubles from there, less up to half by chance.
    pub backoff: Duration,
    pub backoff_max: Duration,
    /// How long the database may take to answer the queue's own statements.
    pub patience: Duration,
    /// How long jobs that are done or cancelled, and dead ones, stay on record.
    pub keep_done: Duration,
    pub keep_dead: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        const DAY: u64 = 24 * 60 * 60;
        Self {
            instance: "backlot".into(),
            concurrency: 8,
            lease: Duration::from_secs(30),
            poll: Duration::from_secs(1),
            grace: Duration::from_secs(10),
            backoff: Duration::from_secs(5),
            backoff_max: Duration::from_secs(60 * 60),
            patience: Duration::from_secs(5),
            keep_done: Duration::from_secs(14 * DAY),
            keep_dead: Duration::from_secs(90 * DAY),
        }
    }
}
