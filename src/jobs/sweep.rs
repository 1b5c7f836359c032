//! Looking after the queue: jobs whose worker died, jobs nobody here knows, jobs long over.
use std::time::Duration;

use sqlx::PgPool;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::error::Error;
use super::inbox;
use super::runner::within;
use super::settings::Settings;

pub(super) async fn sweep(pool: &PgPool, names: &[String], settings: &Settings, wake: &Notify, stop: CancellationToken) {
    const ROUND: Duration = Duration::from_secs(60);
    let pause = (settings.lease / 3).min(Duration::from_secs(5));
    let mut tidied: Option<Instant> = None;
    loop {
        match within(settings.patience, rescue(pool)).await {
            Ok(0) => {}
            Ok(rescued) => {
                tracing::warn!(rescued, "took jobs from workers that gave no more signs of life");
                wake.notify_one();
            }
            Err(error) => tracing::warn!(%error, "could not look for abandoned jobs"),
        }
        if tidied.is_none_or(|at| at.elapsed() >= ROUND) {
            tidied = Some(Instant::now());
            if let Err(error) = tidy(pool, names, settings).await {
                tracing::warn!(%error, "could not tidy the queue");
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Frees jobs whose lease ran out. The attempt counts: a job that kills its worker must come to an end.
async fn rescue(pool: &PgPool) -> sqlx::Result<u64> {
    let rescued = sqlx::query!(
        "with gone as (
           select id from backlot.jobs where state = 'running' and lease_until < now()
           order by lease_until limit 500 for update skip locked)
         update backlot.jobs j set
           state = case when attempt - forgiven >= max_attempts then 'dead' else 'waiting' end,
           finished_at = case when attempt - forgiven >= max_attempts then now() end,
           run_at = now(), owner = null, lease_until = null,
           last_error = 'Its worker (' || j.owner || ') gave no more signs of life.'
         where id = any(array(select id from gone))",
    )
    .execute(pool)
    .await?;
    metrics::counter!("backlot_jobs_rescued_total").increment(rescued.rows_affected());
    Ok(rescued.rows_affected())
}

async fn tidy(pool: &PgPool, names: &[String], settings: &Settings) -> Result<(), Error> {
    within(settings.patience, measure(pool, names)).await?;
    for (state, keep) in [("done", settings.keep_done), ("cancelled", settings.keep_done), ("dead", settings.keep_dead)] {
        while within(settings.patience, forget(pool, state, keep)).await? == FORGET_AT_ONCE as u64 {}
    }
    while within(settings.patience, inbox::forget(pool, FORGET_AT_ONCE)).await? == FORGET_AT_ONCE as u64 {}
    Ok(())
}

/// Counted only so far: past ten thousand the exact number says nothing more.
async fn measure(pool: &PgPool, names: &[String]) -> sqlx::Result<()> {
    let seen = sqlx::query!(
        "select count(*) filter (where not name = any($1)) as \"unknown!\", count(*) as \"due!\",
                coalesce(extract(epoch from now() - min(run_at)), 0)::float8 as \"lag!\"
         from (select name, run_at from backlot.jobs where state = 'waiting' and run_at <= now()
               order by priority desc, run_at limit 10001) as due",
        names,
    )
    .fetch_one(pool)
    .await?;
    metrics::gauge!("backlot_jobs_unknown").set(seen.unknown as f64);
    metrics::gauge!("backlot_jobs_due").set(seen.due as f64);
    metrics::gauge!("backlot_jobs_lag_seconds").set(seen.lag);
    if seen.unknown > 0 {
        tracing::warn!(unknown = seen.unknown, "jobs wait that this version does not know");
    }
    Ok(())
}

const FORGET_AT_ONCE: i64 = 1_000;

async fn forget(pool: &PgPool, state: &str, keep: Duration) -> sqlx::Result<u64> {
    let forgotten = sqlx::query!(
        "delete from backlot.jobs where id = any(array(
           select id from backlot.jobs where state = $1 and finished_at < now() - make_interval(secs => $2)
           order by finished_at limit $3 for update skip locked))",
        state,
        keep.as_secs_f64(),
        FORGET_AT_ONCE,
    )
    .execute(pool)
    .await?;
    Ok(forgotten.rows_affected())
}
