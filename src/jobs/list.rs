//! Jobs as an operator reads them.
use jiff::Timestamp;
use serde_json::Value;
use sqlx::PgExecutor;
use uuid::Uuid;

/// Where a job is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, serde::Serialize, serde::Deserialize)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum State {
    Waiting,
    Running,
    /// Ended well.
    Done,
    /// Failed for good, unless an operator retries it.
    Dead,
    Cancelled,
}

/// One job, with everything there is to know about it.
#[derive(Debug, Clone)]
pub struct JobRow {
    pub id: Uuid,
    pub name: String,
    pub payload: Value,
    pub state: State,
    pub priority: i16,
    pub run_at: Timestamp,
    pub attempt: i32,
    pub forgiven: i32,
    pub max_attempts: i32,
    pub owner: Option<String>,
    pub lease_until: Option<Timestamp>,
    pub heartbeat: Option<Timestamp>,
    pub last_error: Option<String>,
    pub dedup_key: Option<String>,
    pub cause: Option<Uuid>,
    pub request_id: Option<Uuid>,
    pub progress: Option<i32>,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
}

/// One job.
///
/// # Errors
/// When the database cannot answer.
pub async fn find(db: impl PgExecutor<'_>, id: Uuid) -> sqlx::Result<Option<JobRow>> {
    sqlx::query!(
        "select id, name, payload, state as \"state: State\", priority, run_at, attempt, forgiven, max_attempts, owner, lease_until,
                heartbeat, last_error, dedup_key, cause, request_id, progress, created_at, started_at, finished_at
         from backlot.jobs where id = $1",
        id
    )
    .map(|row| JobRow {
        id: row.id,
        name: row.name,
        payload: row.payload,
        state: row.state,
        priority: row.priority,
        run_at: row.run_at.to_jiff(),
        attempt: row.attempt,
        forgiven: row.forgiven,
        max_attempts: row.max_attempts,
        owner: row.owner,
        lease_until: row.lease_until.map(|time| time.to_jiff()),
        heartbeat: row.heartbeat.map(|time| time.to_jiff()),
        last_error: row.last_error,
        dedup_key: row.dedup_key,
        cause: row.cause,
        request_id: row.request_id,
        progress: row.progress,
        created_at: row.created_at.to_jiff(),
        started_at: row.started_at.map(|time| time.to_jiff()),
        finished_at: row.finished_at.map(|time| time.to_jiff()),
    })
    .fetch_optional(db)
    .await
}
