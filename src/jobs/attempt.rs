//! One attempt at one job, from claim to verdict.
use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::error::Error;
use super::job::JobError;
use super::lease::{Claimed, Lease};
use super::registry::Ended;
use super::runner::{Crew, within};
use crate::kernel::trace;

/// How an attempt ended.
enum Verdict {
    Committed,
    Done,
    Retry { why: String, after: Option<Duration> },
    Dead { why: String },
    Lost,
    Stopped,
}

pub(super) async fn make<S>(crew: &Arc<Crew<S>>, claimed: Claimed, lost: CancellationToken) {
    let span = tracing::info_span!("job", name = claimed.name, id = %claimed.lease.id, attempt = claimed.lease.attempt);
    let trace = trace::job(&claimed.name, claimed.lease.id, claimed.lease.attempt, claimed.request_id);
    let (name, lease, started) = (claimed.name.clone(), claimed.lease.clone(), Instant::now());
    let traced = trace.clone();
    async move {
        let verdict = run(crew, claimed, lost).await;
        let ending = settle(crew, &lease, verdict).await;
        trace::ended(&traced, ending);
        metrics::counter!("backlot_jobs_total", "name" => name.clone(), "ending" => ending).increment(1);
        metrics::histogram!("backlot_job_seconds", "name" => name).record(started.elapsed().as_secs_f64());
    }
    .instrument(span)
    .instrument(trace)
    .await;
}

async fn run<S>(crew: &Arc<Crew<S>>, claimed: Claimed, lost: CancellationToken) -> Verdict {
    let Some(handler) = crew.handlers.get(claimed.name.as_str()) else {
        return Verdict::Stopped;
    };
    let begun = AssertUnwindSafe(async { (handler.run)(&crew.state, crew.pool.clone(), claimed).await });
    tokio::select! {
        biased;
        () = lost.cancelled() => Verdict::Lost,
        () = crew.halt.cancelled() => Verdict::Stopped,
        ended = tokio::time::timeout(handler.timeout, begun.catch_unwind()) => match ended {
            Ok(Ok(Ok(Ended::Committed))) => Verdict::Committed,
            Ok(Ok(Ok(Ended::Returned))) => Verdict::Done,
            Ok(Ok(Err(JobError::Retry { why, after }))) => Verdict::Retry { why, after },
            Ok(Ok(Err(JobError::Fail { why }))) => Verdict::Dead { why },
            Ok(Ok(Err(JobError::LostLease))) => Verdict::Lost,
            Ok(Err(panic)) => Verdict::Retry { why: format!("It panicked: {}", words(&*panic)), after: None },
            Err(_) => Verdict::Retry { why: format!("It took longer than {:?}.", handler.timeout), after: None },
        }
    }
}

/// Writes the verdict down, again and again for as long as the claim could still be ours.
async fn settle<S>(crew: &Crew<S>, lease: &Lease, verdict: Verdict) -> &'static str {
    let since = Instant::now();
    loop {
        let error = match within(crew.settings.patience, write(crew, lease, &verdict)).await {
            Ok(Some(ending)) => return ending,
            Ok(None) => {
                tracing::warn!("lost lease");
                return "lost";
            }
            Err(error) => error,
        };
        if since.elapsed() >= crew.settings.lease || is_final(&error) {
            tracing::error!(%error, "could not write down how a job ended");
            return "unwritten";
        }
        tracing::warn!(%error, "could not yet write down how a job ended");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// What the job's row says now; nothing when the claim was past.
async fn write<S>(crew: &Crew<S>, lease: &Lease, verdict: &Verdict) -> sqlx::Result<Option<&'static str>> {
    let pool = &crew.pool;
    let ending = match verdict {
        Verdict::Committed => Some("done"),
        Verdict::Lost => None,
        Verdict::Done => lease.finish(pool).await?.then_some("done"),
        Verdict::Stopped => lease.release(pool).await?.then_some("stopped"),
        Verdict::Dead { why } => {
            tracing::error!(why, "a job failed for good");
            lease.bury(pool, &kept(why)).await?.then_some("dead")
        }
        Verdict::Retry { why, after } => {
            let state = lease.retry(pool, &kept(why), *after, &crew.settings).await?;
            tracing::warn!(why, state, "an attempt at a job failed");
            state.map(|state| if state == "dead" { "dead" } else { "retried" })
        }
    };
    Ok(ending)
}

/// What of an error fits into a row: not too much of it, and nothing that Postgres cannot store.
fn kept(why: &str) -> String {
    const LONGEST: usize = 2_000;
    why.chars().filter(|c| *c != '\0').take(LONGEST).collect()
}

/// Refused by the database for what it is: saying it again would not help.
fn is_final(error: &Error) -> bool {
    match error {
        Error::Database(sqlx::Error::Database(refusal)) => {
            refusal.code().is_some_and(|code| code.starts_with("22") || code.starts_with("23") || code.starts_with("42"))
        }
        _ => false,
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a word")
}
