//! What one run's page shows beside the run itself.
use crate::kernel::Result;
use jiff::Timestamp;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// The longest document, in bytes, that is read to be drawn.
pub const LONGEST: i32 = 2_000_000;

/// Times, people and documents of a run.
pub struct Sheet {
    pub user_name: String,
    pub user_email: String,
    pub project: Option<Uuid>,
    pub project_name: Option<String>,
    pub signature: Option<String>,
    pub gateway_mode: Option<String>,
    pub current_task: Option<String>,
    pub tasks_done: i32,
    pub tasks_total: i32,
    pub created_at: Timestamp,
    pub started_at: Option<jiff_sqlx::Timestamp>,
    pub finished_at: Option<jiff_sqlx::Timestamp>,
    pub last_heard_at: Option<jiff_sqlx::Timestamp>,
    pub stop_asked_at: Option<jiff_sqlx::Timestamp>,
    pub requested_by: Option<Uuid>,
    pub requested_by_name: Option<String>,
    /// Empty when they are too long to be drawn.
    pub tasks: Option<Value>,
    pub inputs: Option<String>,
    pub inputs_bytes: i32,
    pub outputs: Option<String>,
    pub outputs_bytes: Option<i32>,
}

pub async fn sheet(db: &mut PgConnection, run: Uuid) -> Result<Sheet> {
    Ok(sqlx::query_as!(
        Sheet,
        r#"select coalesce(u.name, '') as "user_name!", coalesce(u.email, '') as "user_email!", w.project_id as project,
             p.name as "project_name?", w.error_signature as signature, w.gateway_mode, w.current_task, w.tasks_done, w.tasks_total, w.created_at,
             w.started_at, w.finished_at, w.last_heard_at, w.stop_asked_at, w.requested_by,
             (select a.name from backlot.admins a where a.id = w.requested_by) as requested_by_name,
             case when octet_length(w.tasks::text) <= $2 then w.tasks end as tasks,
             case when octet_length(w.inputs::text) <= $2 then w.inputs::text end as inputs, octet_length(w.inputs::text) as "inputs_bytes!",
             case when octet_length(w.outputs::text) <= $2 then w.outputs::text end as outputs, octet_length(w.outputs::text) as outputs_bytes
           from platform.workflow_jobs w left join platform.users u on u.id = w.user_id left join platform.projects p on p.id = w.project_id
           where w.id = $1"#,
        run,
        LONGEST
    )
    .fetch_one(db)
    .await?)
}
