//! Making an export: read from one moment, written to a file without a name, checked, put in its place, and only then ready.
mod plan;
mod stop;

use super::press::Press;
use super::reading::{self, Broken};
use super::sheet::{self, Finished, Paper, Piece, Tally};
use crate::features::exports::actions::{FailExport, FinishExport};
use crate::features::exports::model::File;
use crate::features::exports::store::making::{self, Reached};
use crate::gateways::storage::Key;
use crate::jobs::{Job, JobError, NewJob, Work};
use crate::kernel::Snapshot;
use plan::Plan;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use stop::{Stop, died, stored, unwritten};
use tokio::sync::mpsc;
use uuid::Uuid;

/// How often progress is told, and how soon a cancellation is noticed.
const TICK: Duration = Duration::from_millis(500);
/// Pieces that wait for the writing thread: with their size, what an export holds in memory.
const AHEAD: usize = 8;

/// Makes an export.
#[derive(Serialize, Deserialize)]
pub struct MakeExport {
    pub export: Uuid,
}

impl Job for MakeExport {
    type State = Press;
    const NAME: &'static str = "exports.make";
    // Each server that is killed in the middle of it takes one.
    const MAX_ATTEMPTS: u32 = 30;
    const TIMEOUT: Duration = Duration::from_secs(6 * 3_600);

    async fn run(self, work: &mut Work<Press>) -> Result<(), JobError> {
        let press = work.state().clone();
        let Ok(_seat) = Arc::clone(&press.seats).try_acquire_owned() else { return come_again(self, work).await };
        let Some(attempt) = begin(work, self.export).await? else { return Ok(()) };
        let mut run = Run { work, press, export: self.export, attempt, reached: Reached::default(), tally: Arc::default() };
        let (why, stopped) = match run.make().await {
            Ok(()) => return Ok(()),
            Err(Stop::Hopeless(why)) => (why, Stop::Over),
            Err(stopped) => (String::new(), stopped),
        };
        run.clean_up().await;
        match stopped {
            Stop::Job(error) => Err(error),
            _ if why.is_empty() => Ok(()),
            _ => run.fail(why).await,
        }
    }
}

/// All seats are taken: a new turn in a moment, so that this one does not keep other jobs from theirs.
async fn come_again(job: MakeExport, work: &mut Work<Press>) -> Result<(), JobError> {
    let again = NewJob::of(&job)?.priority(-1).after(Duration::from_secs(1));
    let again = work.cause().into_iter().fold(again, NewJob::cause);
    let again = work.request_id().into_iter().fold(again, NewJob::request_id);
    let mut tx = work.transaction().await?;
    let next = again.enqueue(&mut tx).await?.id();
    making::hand_over(&mut tx, job.export, next).await?;
    tx.commit().await
}

async fn begin(work: &mut Work<Press>, export: Uuid) -> Result<Option<i32>, JobError> {
    let mut tx = work.transaction().await?;
    let attempt = making::begin(&mut tx, export).await?;
    tx.commit_step(Some(0)).await?;
    Ok(attempt)
}

/// One attempt.
struct Run<'w> {
    work: &'w mut Work<Press>,
    press: Press,
    export: Uuid,
    attempt: i32,
    reached: Reached,
    tally: Arc<Tally>,
}

impl Run<'_> {
    async fn make(&mut self) -> Result<(), Stop> {
        let most = self.press.live.now().settings.get(crate::live::settings::keys::EXPORT_MAX_ROWS);
        let plan = Plan::of(&self.press, self.export).await?;
        let mut snapshot = Snapshot::take(&self.press.reader).await?;
        let cover = plan.cover(snapshot.at());
        let surveyed = self.attended(reading::survey(&mut snapshot, plan.parts, most.saturating_add(1))).await??;
        let (tables, expected) = surveyed;
        if expected > most {
            return Err(Stop::Hopeless(plan::too_many(most)));
        }
        self.reached.expected = Some(expected);
        self.reached.snapshot = Some(snapshot.at());
        let paper = Paper {
            format: plan.format,
            gzip: plan.gzip,
            folder: self.press.shelves.unfinished.clone(),
            sheet_rows: self.press.sheet_rows,
            tally: Arc::clone(&self.tally),
            cover,
        };
        let finished = self.write(snapshot, tables, paper).await?;
        if finished.rows != expected {
            return Err(Stop::Job(JobError::retry(format!("{} rows came where {expected} were counted", finished.rows))));
        }
        let file = self.publish(finished, plan.file_name).await?;
        let (desk, finish) = (self.press.desk.clone(), FinishExport { id: self.export, attempt: self.attempt, file });
        match self.work.perform(&desk, finish).await {
            Ok(()) => Ok(()),
            // Cancelled in the last moment.
            Err(JobError::Fail { .. }) => Err(Stop::Over),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads here and writes on a thread that may wait for the disk.
    async fn write(&mut self, snapshot: Snapshot, tables: reading::Tables, paper: Paper) -> Result<Finished, Stop> {
        let (to, pieces) = mpsc::channel::<Piece>(AHEAD);
        let writing = tokio::task::spawn_blocking(move || sheet::write(pieces, paper));
        let read = self.attended(reading::read(snapshot, tables, to)).await?;
        if let Err(Broken::Database(error)) = read {
            return Err(error.into());
        }
        let written = self.attended(writing).await?.map_err(died)?;
        written.map_err(unwritten)
    }

    /// Puts the file in its place, and looks whether all of it is there.
    async fn publish(&mut self, finished: Finished, name: String) -> Result<File, Stop> {
        let Finished { file, bytes, sha256, rows } = finished;
        let key = self.key();
        let place = Key::parse(&key).map_err(|error| Stop::Hopeless(error.to_string()))?;
        let store = Arc::clone(self.press.shelves.objects.store().map_err(stored)?);
        self.attended(store.put_file(&place, file, bytes)).await?.map_err(stored)?;
        let there = self.attended(store.head(&place)).await?.map_err(stored)?.size;
        if there != bytes {
            return Err(Stop::Job(JobError::retry(format!("{bytes} bytes were stored and {there} are there"))));
        }
        let sha256 = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(File { key, name, bytes: i64::try_from(bytes).unwrap_or(i64::MAX), rows, sha256 })
    }

    /// One key for each attempt: one that lost its claim, however late it wakes, never writes over another's file.
    fn key(&self) -> String {
        format!("exports/{}/{}", self.export, self.attempt)
    }

    /// Does something that takes its time; meanwhile tells how far it is, and stops when nobody wants it any more.
    async fn attended<T>(&mut self, doing: impl Future<Output = T>) -> Result<T, Stop> {
        let mut doing = std::pin::pin!(doing);
        let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + TICK, TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                done = &mut doing => return Ok(done),
                _ = ticks.tick() => self.tell().await?,
            }
        }
    }

    async fn tell(&mut self) -> Result<(), Stop> {
        let count = |counter: &std::sync::atomic::AtomicU64| i64::try_from(counter.load(Ordering::Relaxed)).unwrap_or(i64::MAX);
        self.reached.rows = count(&self.tally.rows);
        self.reached.bytes = count(&self.tally.bytes);
        let percent = self.reached.expected.filter(|expected| *expected > 0).map(|expected| self.reached.rows * 100 / expected);
        let mut tx = self.work.transaction().await?;
        if !making::reach(&mut tx, self.export, self.attempt, self.reached).await.map_err(JobError::from)? {
            return Err(Stop::Over);
        }
        tx.commit_step(percent.and_then(|percent| u8::try_from(percent).ok())).await?;
        Ok(())
    }

    /// Whatever was stored is removed. What cannot be removed now is found by the sweep.
    async fn clean_up(&self) {
        let (Ok(store), Ok(place)) = (self.press.shelves.objects.store(), Key::parse(&self.key())) else { return };
        if let Err(error) = store.delete(&place).await {
            tracing::warn!(export = %self.export, %error, "an unfinished export could not be removed yet");
        }
    }

    async fn fail(&mut self, why: String) -> Result<(), JobError> {
        let fail = FailExport { id: self.export, attempt: Some(self.attempt), why };
        match self.work.perform(&self.press.desk.clone(), fail).await {
            // Cancelled meanwhile: that stands.
            Err(JobError::Fail { .. }) => Ok(()),
            other => other,
        }
    }
}
