//! Tidying up, batch by batch: between two of them this server may stop or crash.
use super::Lens;
use crate::features::integrity::model::cleanup::Sweep;
use crate::features::integrity::store::{clean, cleanup};
use crate::jobs::{Job, JobError, NewJob, Work};
use crate::live::settings::keys;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Rows of one batch.
const BATCH: i64 = 5_000;
/// How long one job goes on before the next takes over.
const STRETCH: Duration = Duration::from_secs(20);

/// Removes what was asked for.
#[derive(Clone, Serialize, Deserialize)]
pub struct CleanUp {
    pub run: Uuid,
    /// How many jobs have gone before it.
    pub hop: u32,
}

impl Job for CleanUp {
    type State = Lens;
    const NAME: &'static str = "integrity.clean_up";
    const MAX_ATTEMPTS: u32 = 20;
    const TIMEOUT: Duration = Duration::from_secs(180);

    async fn run(self, work: &mut Work<Lens>) -> Result<(), JobError> {
        let since = Instant::now();
        loop {
            let mut tx = work.transaction().await?;
            let Some((sweep, cutoff, due, gone)) = cleanup::begin(&mut tx, self.run).await.map_err(JobError::retry)? else {
                return tx.commit().await;
            };
            let (removed, more) = clean::batch(&mut tx, sweep, cutoff, BATCH).await.map_err(JobError::retry)?;
            cleanup::count(&mut tx, self.run, removed).await.map_err(JobError::retry)?;
            metrics::counter!("backlot_cleanup_removed_rows_total", "sweep" => sweep.code()).increment(removed.unsigned_abs());
            if !more {
                cleanup::finish(&mut tx, self.run, sweep).await.map_err(JobError::retry)?;
                return tx.commit().await;
            }
            if since.elapsed() > STRETCH {
                let next = Self { run: self.run, hop: self.hop + 1 };
                NewJob::of(&next)?.priority(-10).dedup_key(format!("cleanup:{}:{}", next.run, next.hop)).enqueue(&mut tx).await?;
                return tx.commit().await;
            }
            let percent = (gone + removed).saturating_mul(100).checked_div(due.max(1)).unwrap_or_default().clamp(0, 100);
            tx.commit_step(u8::try_from(percent).ok()).await?;
        }
    }
}

/// Every night, where the setting says so: asks for whatever is due.
#[derive(Serialize, Deserialize)]
pub struct CleanUpDue;

impl Job for CleanUpDue {
    type State = Lens;
    const NAME: &'static str = "integrity.clean_up_due";
    const MAX_ATTEMPTS: u32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn run(self, work: &mut Work<Lens>) -> Result<(), JobError> {
        let live = work.state().live.clone();
        let settings = &live.now().settings;
        if !settings.get(keys::CLEANUP_NIGHTLY) {
            return Ok(());
        }
        let mut tx = work.transaction().await?;
        for sweep in Sweep::ALL {
            let cutoff = cleanup::cutoff(&mut tx, settings.get(sweep.days())).await.map_err(JobError::retry)?;
            let due = cleanup::due(&mut tx, *sweep, cutoff, i64::MAX).await.map_err(JobError::retry)?;
            if due == 0 {
                continue;
            }
            if let Some(run) = cleanup::ask(&mut tx, *sweep, cutoff, due, None).await.map_err(JobError::retry)? {
                NewJob::of(&CleanUp { run, hop: 0 })?.priority(-10).dedup_key(format!("cleanup:{run}:0")).enqueue(&mut tx).await?;
            }
        }
        tx.commit().await
    }
}
