//! The jobs' SQL stands beside the queue itself; here is what an action needs of it.
pub mod bulk;
pub mod dataset;
pub mod list;
pub mod overview;

use crate::jobs::{self, JobRow, State};
use crate::kernel::{Audited, Error, Result, Tx};
use serde::Serialize;
use sqlx::PgExecutor;
use uuid::Uuid;

/// A job, as the audit log sees it.
#[derive(Serialize)]
pub struct Tracked {
    #[serde(skip)]
    pub id: Uuid,
    #[serde(skip)]
    pub name: String,
    pub state: State,
    pub attempt: i32,
}

impl Audited for Tracked {
    const KIND: &'static str = "job";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        self.name.clone()
    }
}

/// One job.
pub async fn find(db: impl PgExecutor<'_>, id: Uuid) -> Result<JobRow> {
    jobs::find(db, id).await?.ok_or_else(|| Error::no("job"))
}

/// One job, as an action sees it.
pub async fn tracked(tx: &mut Tx, id: Uuid) -> Result<Tracked> {
    let job = find(&mut **tx, id).await?;
    Ok(Tracked { id: job.id, name: job.name, state: job.state, attempt: job.attempt })
}

/// Puts a dead job back into the queue.
pub async fn retry(tx: &mut Tx, id: Uuid) -> Result<()> {
    if jobs::retry(tx, id).await? {
        return Ok(());
    }
    Err(Error::Conflict("This job is not dead any more, or another like it waits already.".into()))
}

/// Takes a waiting job out of the queue.
pub async fn cancel(tx: &mut Tx, id: Uuid) -> Result<()> {
    if jobs::cancel(tx, id).await? {
        return Ok(());
    }
    Err(Error::Conflict("Only a job that still waits can be cancelled.".into()))
}

/// Leaves a dead job at that.
pub async fn discard(tx: &mut Tx, id: Uuid) -> Result<()> {
    if jobs::discard(tx, id).await? {
        return Ok(());
    }
    Err(Error::Conflict("Only a dead job can be discarded, and this one is not dead any more.".into()))
}

/// A schedule, as the audit log sees it.
#[derive(Serialize)]
pub struct Scheduled {
    #[serde(skip)]
    pub name: String,
    pub paused: bool,
    pub next_at: jiff::Timestamp,
}

impl Audited for Scheduled {
    const KIND: &'static str = "job_schedule";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.name.clone()
    }
    fn label(&self) -> String {
        self.name.clone()
    }
}

/// What is done with a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Run,
    Pause,
    Resume,
}

/// One schedule, held.
pub async fn schedule(tx: &mut Tx, name: &str) -> Result<Scheduled> {
    let found = sqlx::query_as!(Scheduled, "select name, paused, next_at from backlot.job_schedules where name = $1 for update", name);
    found.fetch_optional(&mut **tx).await?.ok_or_else(|| Error::NotFound("There is no such schedule.".into()))
}

/// Changes it.
pub async fn change(tx: &mut Tx, of: &Scheduled, change: Change) -> Result<()> {
    let changed = match change {
        Change::Run if of.paused => return Err(Error::Conflict("It is paused: resume it, and it catches up by itself.".into())),
        Change::Run => jobs::run_now(tx, &of.name).await?,
        Change::Pause => jobs::pause(tx, &of.name).await?,
        Change::Resume => jobs::resume(tx, &of.name).await?,
    };
    if changed { Ok(()) } else { Err(Error::Conflict("Somebody else has done so already.".into())) }
}
