//! One job.
use super::PATH;
use super::rows::{self, Facts, Row};
use crate::features::jobs::store;
use crate::kernel::Result;
use crate::web::link::escape;
use crate::web::show::Moment;
use crate::web::{Admin, Path, html};
use askama::Template;
use axum::response::Response;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "jobs/show.html")]
struct Show {
    admin: Admin,
    job: Row,
    payload: String,
    due: Moment,
    started: Option<Moment>,
    finished: Option<Moment>,
    owner: String,
    heartbeat: Option<Moment>,
    key: String,
    cause: String,
    alike: String,
}

/// The page.
pub async fn show(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let job = store::find(admin.read(), id).await?;
    let facts = Facts {
        id: job.id,
        name: &job.name,
        state: job.state,
        attempts: (job.attempt, job.forgiven, job.max_attempts),
        progress: job.progress,
        last_error: job.last_error.as_deref(),
        created_at: job.created_at,
        run_at: job.run_at,
    };
    html(&Show {
        payload: serde_json::to_string_pretty(&job.payload)?,
        due: admin.time(job.run_at),
        started: admin.time_if(job.started_at),
        finished: admin.time_if(job.finished_at),
        heartbeat: admin.time_if(job.heartbeat.filter(|_| job.finished_at.is_none())),
        cause: job.cause.map(|cause| format!("/admin/audit/{cause}")).unwrap_or_default(),
        alike: format!("{PATH}?name={}", escape(&job.name)),
        job: rows::row(&admin, &facts),
        owner: job.owner.clone().unwrap_or_default(),
        key: job.dedup_key.clone().unwrap_or_default(),
        admin,
    })
}
