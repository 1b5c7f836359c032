//! What is done with one click.
use super::PATH;
use crate::features::jobs::actions::{NoFields, PauseSchedule, ResumeSchedule, RetryJob, RunSchedule};
use crate::kernel::{Action, Error, Performed, Result};
use crate::web::{Admin, Flash, Form, Path, Submitted, see_other};
use axum::response::Response;
use uuid::Uuid;

async fn performed<A: Action>(admin: &Admin, form: &Form<NoFields>, action: A) -> Result<Performed<A::Output>> {
    match admin.submit(form, Ok(action)).await? {
        Submitted::Done(performed) => Ok(performed),
        _ => Err(Error::internal("what is done at once was asked about")),
    }
}

/// Tries a dead job again.
pub async fn retry(admin: Admin, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    let performed = performed(&admin, &form, RetryJob { id }).await?;
    admin.tell(Flash::ok(format!("{} is back in the queue.", performed.output)).audit(performed.audit_id)).await?;
    Ok(see_other(&format!("{PATH}/{id}")))
}

async fn told(admin: &Admin, words: String, audit: Uuid) -> Result<Response> {
    admin.tell(Flash::ok(words).audit(audit)).await?;
    Ok(see_other(&format!("{PATH}#schedules")))
}

/// Has a schedule fire now.
pub async fn run(admin: Admin, Path(name): Path<String>, form: Form<NoFields>) -> Result<Response> {
    let performed = performed(&admin, &form, RunSchedule { name }).await?;
    told(&admin, format!("{} fires within a second.", performed.output), performed.audit_id).await
}

/// Keeps one from firing.
pub async fn pause(admin: Admin, Path(name): Path<String>, form: Form<NoFields>) -> Result<Response> {
    let performed = performed(&admin, &form, PauseSchedule { name }).await?;
    told(&admin, format!("{} is paused.", performed.output), performed.audit_id).await
}

/// Lets it fire again.
pub async fn resume(admin: Admin, Path(name): Path<String>, form: Form<NoFields>) -> Result<Response> {
    let performed = performed(&admin, &form, ResumeSchedule { name }).await?;
    told(&admin, format!("{} fires again; what it missed is caught up once.", performed.output), performed.audit_id).await
}
