//! The jobs' SQL stands beside the queue itself; here is what an action needs of it.
pub mod bulk;

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
