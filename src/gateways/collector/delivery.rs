//! Sends what waits in the outbox, oldest first, for as long as the server runs.
use std::future::Future;
use std::time::Duration;

use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use super::{Collector, Event, Refusal, outbox};

/// How eagerly events are sent.
#[derive(Debug, Clone)]
pub struct Pace {
    /// How often to look for new events.
    pub poll: Duration,
    /// The pause after a first failure; it doubles from there.
    pub backoff: Duration,
    pub backoff_max: Duration,
    /// How long an event that the collector will not have is left alone.
    pub refused: Duration,
    /// How long a batch is out of other servers' reach: longer than it takes to send.
    pub hold: Duration,
    /// How long the database may take to answer.
    pub patience: Duration,
    pub batch: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(1),
            backoff: Duration::from_secs(1),
            backoff_max: Duration::from_secs(300),
            refused: Duration::from_secs(6 * 60 * 60),
            hold: Duration::from_secs(60),
            patience: Duration::from_secs(5),
            batch: 100,
        }
    }
}

/// Carries events from the outbox to the collector.
pub struct Delivery<C> {
    pool: PgPool,
    collector: C,
    pace: Pace,
}

/// Why a round came to an early end.
#[derive(Debug, thiserror::Error)]
enum Halted {
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the database did not answer in time")]
    Silence,
    #[error("{0}")]
    Collector(String),
}

impl<C: Collector> Delivery<C> {
    /// A delivery that has not begun.
    pub fn new(pool: PgPool, collector: C, pace: Pace) -> Self {
        Self { pool, collector, pace }
    }

    /// Sends until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut failures = 0;
        loop {
            // A stop in the middle of a batch is harmless: what was not noted as sent is sent again.
            let round = tokio::select! {
                () = stop.cancelled() => return,
                round = self.round(failures) => round,
            };
            let pause = match &round {
                Ok(sent) if *sent == self.pace.batch => Duration::ZERO,
                Ok(_) => self.pace.poll,
                Err(error) => {
                    let pause = self.backoff(failures);
                    tracing::warn!(%error, ?pause, "analytics events could not be sent");
                    metrics::counter!("backlot_events_failures_total").increment(1);
                    pause
                }
            };
            failures = if round.is_ok() { 0 } else { failures + 1 };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    fn backoff(&self, failures: u32) -> Duration {
        self.pace.backoff.saturating_mul(2_u32.saturating_pow(failures)).min(self.pace.backoff_max)
    }

    /// One batch; how many events it was.
    async fn round(&self, failures: u32) -> Result<usize, Halted> {
        let most = i64::try_from(self.pace.batch).unwrap_or(i64::MAX);
        let events = self.answered(outbox::claim(&self.pool, most, self.pace.hold)).await?;
        // When one event is refused the rest must not wait for it: halves, until it is alone.
        let mut parts = vec![events.as_slice()];
        while let Some(part) = parts.pop().filter(|part| !part.is_empty()) {
            match self.collector.send(part).await {
                Ok(()) => self.sent(part).await?,
                Err(Refusal::NotThese(why)) => match part {
                    [alone] => self.set_aside(alone, &why).await?,
                    _ => {
                        let (older, newer) = part.split_at(part.len() / 2);
                        parts.extend([newer, older]);
                    }
                },
                Err(Refusal::NotNow { why, after }) => {
                    parts.push(part);
                    return Err(self.put_back(&parts, &why, after, failures).await);
                }
            }
        }
        Ok(events.len())
    }

    async fn sent(&self, part: &[Event]) -> Result<(), Halted> {
        self.answered(outbox::delivered(&self.pool, part)).await?;
        metrics::counter!("backlot_events_sent_total").increment(part.len() as u64);
        Ok(())
    }

    async fn set_aside(&self, event: &Event, why: &str) -> Result<(), Halted> {
        tracing::error!(id = %event.uuid, name = event.name, why, "the collector will not have this event");
        metrics::counter!("backlot_events_refused_total").increment(1);
        let alone = std::slice::from_ref(event);
        self.answered(outbox::postpone(&self.pool, alone, self.pace.refused, why)).await
    }

    /// For half the pause that this server makes, so that the oldest are first again afterwards.
    async fn put_back(&self, parts: &[&[Event]], why: &str, after: Option<Duration>, failures: u32) -> Halted {
        let pause = after.unwrap_or(self.backoff(failures) / 2).min(self.pace.backoff_max);
        match self.answered(outbox::postpone(&self.pool, &parts.concat(), pause, why)).await {
            Ok(()) => Halted::Collector(why.to_owned()),
            Err(error) => error,
        }
    }

    async fn answered<T>(&self, asked: impl Future<Output = sqlx::Result<T>>) -> Result<T, Halted> {
        tokio::time::timeout(self.pace.patience, asked).await.map_err(|_| Halted::Silence)?.map_err(Halted::from)
    }
}
