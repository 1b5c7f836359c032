//! What a job has in hand while it runs.
use std::ops::{Deref, DerefMut};

use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use uuid::Uuid;

use super::job::JobError;
use super::lease::{Claimed, Lease};
use crate::kernel::{Action, Actor, Desk, Error, Fence, Terms};
use async_trait::async_trait;
use std::sync::Arc;

/// What a job has in hand while it runs: the application's state, and the only way to change the database.
pub struct Work<T> {
    state: T,
    pool: PgPool,
    lease: Lease,
    cause: Option<Uuid>,
    request_id: Option<Uuid>,
    finished: bool,
}

impl<T> Work<T> {
    pub(super) fn new(state: T, pool: PgPool, claimed: &Claimed) -> Self {
        Self { state, pool, lease: claimed.lease.clone(), cause: claimed.cause, request_id: claimed.request_id, finished: false }
    }

    /// What it needs of the application.
    pub fn state(&self) -> &T {
        &self.state
    }

    pub fn id(&self) -> Uuid {
        self.lease.id
    }

    /// Grows with every claim of this job, by whomever.
    pub fn attempt(&self) -> i32 {
        self.lease.attempt
    }

    /// The audit entry of the change that asked for this job.
    pub fn cause(&self) -> Option<Uuid> {
        self.cause
    }

    /// The request that asked for it.
    pub fn request_id(&self) -> Option<Uuid> {
        self.request_id
    }

    /// The same at every attempt: what the outside world is given to tell a repetition from a second wish.
    pub fn key(&self) -> String {
        self.lease.id.to_string()
    }

    /// How far the job is, in per cent. Also the place to learn that the claim is lost.
    ///
    /// # Errors
    /// `LostLease` when another worker has the job by now.
    pub async fn progress(&mut self, percent: u8) -> Result<(), JobError> {
        if self.lease.progress(&self.pool, Some(percent)).await? { Ok(()) } else { Err(JobError::LostLease) }
    }

    /// A transaction whose commit is also the job's end.
    ///
    /// # Errors
    /// When the database is away, or the job has ended already.
    pub async fn transaction(&mut self) -> Result<WorkTx<'_>, JobError> {
        if self.finished {
            return Err(JobError::LostLease);
        }
        let tx = self.pool.begin().await?;
        Ok(WorkTx { tx, lease: &self.lease, finished: &mut self.finished })
    }

    /// Does an action whose commit is also the job's end, on the record of Backlot itself.
    ///
    /// # Errors
    /// `LostLease` when another worker has the job by now; `Fail` when trying again cannot help.
    pub async fn perform<A: Action>(&mut self, desk: &Desk, action: A) -> Result<A::Output, JobError> {
        if self.finished {
            return Err(JobError::LostLease);
        }
        let actor = Actor { request_id: self.request_id, ..Actor::system(A::NAME, self.cause) };
        let terms = Terms { fence: Some(Arc::new(self.lease.clone())), ..Terms::default() };
        match desk.perform(&actor, action, &terms).await {
            Ok(performed) => {
                self.finished = true;
                Ok(performed.output)
            }
            Err(Error::Conflict(why)) if why == LOST => Err(JobError::LostLease),
            Err(error @ (Error::Internal(_) | Error::Unavailable(_))) => Err(JobError::retry(error)),
            Err(error) => Err(JobError::fail(error)),
        }
    }

    /// Does something whose commit is also the job's end, if the fence that is handed over holds in it. What refuses it is told as it is.
    ///
    /// # Errors
    /// `LostLease` when another worker has the job by now; `Retry` when it may work another time.
    pub async fn ending<O, F>(&mut self, deed: impl FnOnce(Arc<dyn Fence>) -> F) -> Result<Result<O, Error>, JobError>
    where
        F: Future<Output = Result<O, Error>>,
    {
        if self.finished {
            return Err(JobError::LostLease);
        }
        match deed(Arc::new(self.lease.clone())).await {
            Ok(done) => {
                self.finished = true;
                Ok(Ok(done))
            }
            Err(Error::Conflict(why)) if why == LOST => Err(JobError::LostLease),
            Err(error @ (Error::Internal(_) | Error::Unavailable(_))) => Err(JobError::retry(error)),
            Err(error) => Ok(Err(error)),
        }
    }

    /// What holds as long as the job is this worker's, and moves its progress on: for steps that commit before the job's end.
    pub fn step(&self, percent: Option<u8>) -> Arc<dyn Fence> {
        Arc::new(Step { lease: self.lease.clone(), percent })
    }

    pub(super) fn is_finished(&self) -> bool {
        self.finished
    }
}

/// Said where somebody else has the job.
pub const LOST: &str = "another worker has this job by now";

#[async_trait]
impl Fence for Lease {
    async fn hold(&self, db: &mut PgConnection, _: Uuid) -> Result<(), Error> {
        if self.finish(db).await? { Ok(()) } else { Err(Error::Conflict(LOST.into())) }
    }
}

/// Holds while the job is this worker's.
struct Step {
    lease: Lease,
    percent: Option<u8>,
}

#[async_trait]
impl Fence for Step {
    async fn hold(&self, db: &mut PgConnection, _: Uuid) -> Result<(), Error> {
        if self.lease.progress(db, self.percent).await? { Ok(()) } else { Err(Error::Conflict(LOST.into())) }
    }
}

/// The job's changes to this database. Dropped without a commit, they did not happen.
#[must_use = "changes that are not committed did not happen"]
pub struct WorkTx<'w> {
    tx: Transaction<'static, Postgres>,
    lease: &'w Lease,
    finished: &'w mut bool,
}

impl WorkTx<'_> {
    /// Commits the changes and the job's end together, or, when another worker has the job by now, neither.
    ///
    /// # Errors
    /// `LostLease` when another worker has the job by now.
    pub async fn commit(mut self) -> Result<(), JobError> {
        if !self.lease.finish(&mut *self.tx).await? {
            self.tx.rollback().await?;
            return Err(JobError::LostLease);
        }
        self.tx.commit().await?;
        *self.finished = true;
        Ok(())
    }

    /// Commits the changes so far and goes on: a later attempt finds them and must know where to resume.
    ///
    /// # Errors
    /// `LostLease` when another worker has the job by now.
    pub async fn commit_step(mut self, percent: Option<u8>) -> Result<(), JobError> {
        if !self.lease.progress(&mut *self.tx, percent).await? {
            self.tx.rollback().await?;
            return Err(JobError::LostLease);
        }
        self.tx.commit().await?;
        Ok(())
    }
}

impl Deref for WorkTx<'_> {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.tx
    }
}

impl DerefMut for WorkTx<'_> {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}
