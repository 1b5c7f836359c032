//! Writing a job down, in the transaction of the change that asks for it.
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::error::Error;
use super::job::Job;

/// A job that is about to be written down.
#[derive(Debug, Clone)]
pub struct NewJob {
    name: &'static str,
    payload: Value,
    max_attempts: i32,
    priority: i16,
    due: Due,
    dedup_key: Option<String>,
    cause: Option<Uuid>,
    request_id: Option<Uuid>,
}

#[derive(Debug, Clone, Copy)]
enum Due {
    In(Duration),
    At(Timestamp),
}

/// What came of it: a new row, or the one that was already there for the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    New(Uuid),
    Already(Uuid),
}

impl Enqueued {
    /// The row, whoever wrote it.
    #[must_use]
    pub fn id(self) -> Uuid {
        match self {
            Self::New(id) | Self::Already(id) => id,
        }
    }
}

impl NewJob {
    /// As its type has it: due at once, of no special urgency, without a key.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn of<J: Job>(job: &J) -> Result<Self, Error> {
        Ok(Self {
            name: J::NAME,
            payload: serde_json::to_value(job)?,
            max_attempts: i32::try_from(J::MAX_ATTEMPTS).unwrap_or(i32::MAX),
            priority: 0,
            due: Due::In(Duration::ZERO),
            dedup_key: None,
            cause: None,
            request_id: None,
        })
    }

    /// The greater, the sooner; 0 unless said otherwise.
    #[must_use]
    pub fn priority(self, priority: i16) -> Self {
        Self { priority, ..self }
    }

    /// Counted by the database's clock from the start of the transaction.
    #[must_use]
    pub fn after(self, pause: Duration) -> Self {
        Self { due: Due::In(pause), ..self }
    }

    /// Not before this time.
    #[must_use]
    pub fn at(self, time: Timestamp) -> Self {
        Self { due: Due::At(time), ..self }
    }

    /// While a job with this key waits or runs, no second one is written. A running one may have read its data
    /// before your change: where that matters, put what changed into the key.
    #[must_use]
    pub fn dedup_key(self, key: impl Into<String>) -> Self {
        Self { dedup_key: Some(key.into()), ..self }
    }

    /// The audit entry of the change that asks for this job.
    #[must_use]
    pub fn cause(self, audit_id: Uuid) -> Self {
        Self { cause: Some(audit_id), ..self }
    }

    /// The request that asked for it.
    #[must_use]
    pub fn request_id(self, id: Uuid) -> Self {
        Self { request_id: Some(id), ..self }
    }

    /// Writes it down on a connection that is inside the caller's transaction.
    ///
    /// # Errors
    /// When the database refuses it.
    pub async fn enqueue(&self, conn: &mut PgConnection) -> Result<Enqueued, Error> {
        // The job that holds the key can end between the two statements: then there is room for ours.
        for _ in 0..3 {
            if let Some(id) = self.insert(conn).await? {
                return Ok(Enqueued::New(id));
            }
            if let Some(id) = self.holder_of_key(conn).await? {
                return Ok(Enqueued::Already(id));
            }
        }
        Err(Error::Busy(self.dedup_key.clone().unwrap_or_default()))
    }

    /// Writes many down in one statement. None of them has a key, and all are due at once.
    ///
    /// # Errors
    /// When the database refuses them.
    pub async fn enqueue_all(conn: &mut PgConnection, jobs: &[Self]) -> Result<(), Error> {
        let ids: Vec<Uuid> = jobs.iter().map(|_| Uuid::now_v7()).collect();
        let text: Vec<String> = jobs.iter().map(|job| job.name.to_owned()).collect();
        let payloads: Vec<Value> = jobs.iter().map(|job| job.payload.clone()).collect();
        let attempts: Vec<i32> = jobs.iter().map(|job| job.max_attempts).collect();
        let priorities: Vec<i16> = jobs.iter().map(|job| job.priority).collect();
        let causes: Vec<Option<Uuid>> = jobs.iter().map(|job| job.cause).collect();
        sqlx::query!(
            "insert into backlot.jobs (id, name, payload, max_attempts, priority, cause)
             select * from unnest($1::uuid[], $2::text[], $3::jsonb[], $4::int[], $5::smallint[], $6::uuid[])",
            &ids,
            &text,
            &payloads,
            &attempts,
            &priorities,
            &causes as _
        )
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn insert(&self, conn: &mut PgConnection) -> Result<Option<Uuid>, Error> {
        let (pause, at) = match self.due {
            Due::In(pause) => (pause.as_secs_f64(), None),
            Due::At(time) => (0.0, Some(time)),
        };
        let id = sqlx::query_scalar!(
            "insert into backlot.jobs (id, name, payload, max_attempts, priority, run_at, dedup_key, cause, request_id)
             values ($1, $2, $3, $4, $5, coalesce($6, now() + make_interval(secs => $7)), $8, $9, $10)
             on conflict (dedup_key) where dedup_key is not null and state in ('waiting', 'running') do nothing
             returning id",
            Uuid::now_v7(),
            self.name,
            self.payload,
            self.max_attempts,
            self.priority,
            at.map(jiff_sqlx::Timestamp::from) as _,
            pause,
            self.dedup_key,
            self.cause,
            self.request_id,
        )
        .fetch_optional(conn)
        .await?;
        Ok(id)
    }

    async fn holder_of_key(&self, conn: &mut PgConnection) -> Result<Option<Uuid>, Error> {
        let id =
            sqlx::query_scalar!("select id from backlot.jobs where dedup_key = $1 and state in ('waiting', 'running')", self.dedup_key,)
                .fetch_optional(conn)
                .await?;
        Ok(id)
    }
}
