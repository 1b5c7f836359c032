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

/// Which jobs to list, newest first.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<State>,
    pub name: Option<String>,
    /// Older than this one: the last of the page before.
    pub before: Option<(Timestamp, Uuid)>,
    pub limit: i64,
}

/// A statement per combination, so that each has a plan that walks its own index.
macro_rules! jobs_where {
    ($where:literal, $($bound:expr),+) => {
        sqlx::query!(
            "select id, name, payload, state as \"state: State\", priority, run_at, attempt, forgiven, max_attempts, owner, lease_until,
                    heartbeat, last_error, dedup_key, cause, request_id, progress, created_at, started_at, finished_at
             from backlot.jobs where " + $where,
            $($bound),+
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
    };
}

/// One page.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(db: impl PgExecutor<'_>, filter: &Filter) -> sqlx::Result<Vec<JobRow>> {
    let (time, id) = filter.before.unwrap_or((Timestamp::MAX, Uuid::max()));
    let (time, limit) = (jiff_sqlx::Timestamp::from(time), filter.limit.clamp(1, 500));
    match (filter.state, &filter.name) {
        (Some(state), Some(name)) => {
            jobs_where!(
                "state = $1 and name = $2 and (created_at, id) < ($3, $4) order by created_at desc, id desc limit $5",
                state as State,
                name,
                time as _,
                id,
                limit
            )
            .fetch_all(db)
            .await
        }
        (Some(state), None) => {
            jobs_where!(
                "state = $1 and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4",
                state as State,
                time as _,
                id,
                limit
            )
            .fetch_all(db)
            .await
        }
        (None, Some(name)) => {
            jobs_where!("name = $1 and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4", name, time as _, id, limit)
                .fetch_all(db)
                .await
        }
        // By the id, which holds the time too: an index on the time alone would lure the plans above away from theirs.
        (None, None) => jobs_where!("id < $1 order by id desc limit $2", id, limit).fetch_all(db).await,
    }
}

/// One job.
///
/// # Errors
/// When the database cannot answer.
pub async fn find(db: impl PgExecutor<'_>, id: Uuid) -> sqlx::Result<Option<JobRow>> {
    jobs_where!("id = $1", id).fetch_optional(db).await
}
