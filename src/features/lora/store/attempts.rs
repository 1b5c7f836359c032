//! The attempts to train a model, and the credits that they cost.
use super::{class, jiff, object};
use crate::features::lora::model::{Attempt, Progress};
use crate::kernel::{Error, Result};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// Attempts that a page shows.
const MOST: i64 = 50;

struct Row {
    id: Uuid,
    model: Uuid,
    attempt: i32,
    status: String,
    provider_state: Option<String>,
    external_id: Option<String>,
    config: Value,
    progress: i32,
    steps: i32,
    total_steps: i32,
    log_lines: i32,
    created_at: Timestamp,
    submitted_at: Option<jiff_sqlx::Timestamp>,
    started_at: Option<jiff_sqlx::Timestamp>,
    finished_at: Option<jiff_sqlx::Timestamp>,
    expected_at: Option<jiff_sqlx::Timestamp>,
    cancel_asked_at: Option<jiff_sqlx::Timestamp>,
    gpu_seconds: i32,
    cost_minor: i64,
    currency: String,
    credits_charged: i32,
    credits_refunded: i32,
    error_class: Option<String>,
    error: Option<String>,
    by: Option<String>,
    reason: Option<String>,
}

impl TryFrom<Row> for Attempt {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let progress = Progress::try_from(row.status)?;
        Ok(Self {
            id: row.id,
            model: row.model,
            number: row.attempt,
            progress,
            provider_state: row.provider_state,
            external_id: row.external_id,
            config: object(row.config),
            percent: row.progress,
            steps: row.steps,
            total_steps: row.total_steps,
            log_lines: row.log_lines,
            created_at: row.created_at,
            submitted_at: jiff(row.submitted_at),
            started_at: jiff(row.started_at),
            finished_at: jiff(row.finished_at),
            expected_at: jiff(row.expected_at),
            cancel_asked_at: jiff(row.cancel_asked_at),
            gpu_seconds: row.gpu_seconds,
            cost: (row.cost_minor, row.currency),
            credits_charged: row.credits_charged,
            credits_refunded: row.credits_refunded,
            error_class: (progress == Progress::Failed || row.error_class.is_some()).then(|| class(row.error_class)),
            error: row.error,
            by: row.by,
            reason: row.reason,
        })
    }
}

/// A model's attempts, the last first.
pub async fn of(db: &mut PgConnection, model: Uuid) -> Result<Vec<Attempt>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select t.id, t.lora_model_id as model, t.attempt, t.status, t.provider_state, t.external_id, t.config, t.progress, t.steps, t.total_steps,
             t.log_lines, t.created_at, t.submitted_at, t.started_at, t.finished_at, t.expected_at, t.cancel_asked_at, t.gpu_seconds,
             t.cost_minor, t.currency, t.credits_charged, t.credits_refunded, t.error_class, t.error, a.name as "by?", t.request_reason as reason
           from platform.lora_trainings t left join backlot.admins a on a.id = t.requested_by
           where t.lora_model_id = $1 order by t.attempt desc limit $2"#,
        model,
        MOST
    );
    rows.fetch_all(db).await?.into_iter().map(Attempt::try_from).collect()
}

/// One attempt.
pub async fn find(db: &mut PgConnection, id: Uuid) -> Result<Option<Attempt>> {
    let row = sqlx::query_as!(
        Row,
        r#"select t.id, t.lora_model_id as model, t.attempt, t.status, t.provider_state, t.external_id, t.config, t.progress, t.steps, t.total_steps,
             t.log_lines, t.created_at, t.submitted_at, t.started_at, t.finished_at, t.expected_at, t.cancel_asked_at, t.gpu_seconds,
             t.cost_minor, t.currency, t.credits_charged, t.credits_refunded, t.error_class, t.error, null::text as "by?", t.request_reason as reason
           from platform.lora_trainings t where t.id = $1"#,
        id
    );
    row.fetch_optional(db).await?.map(Attempt::try_from).transpose()
}

/// The attempt that the service calls so.
pub async fn by_external_id(db: &mut PgConnection, external_id: &str) -> Result<Option<Uuid>> {
    let found = sqlx::query_scalar!("select id from platform.lora_trainings where external_id = $1", external_id);
    Ok(found.fetch_optional(db).await?)
}
