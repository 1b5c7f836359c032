//! Asking before a run is started again.
use super::{crumbs, done, settle, subject, why};
use crate::features::workflows::actions::RetryFields;
use crate::features::workflows::model::Run;
use crate::gateways::crewai::Crews;
use crate::kernel::{Error, Result, id};
use crate::live::settings::keys;
use crate::web::ask::Ask;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::Extension;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, run: &Run, fields: &RetryFields) -> Ask {
    let attempt = match fields.attempt {
        Some(attempt) => attempt,
        None => id::new(),
    };
    let crew = crate::web::show::short(&run.crew, 60);
    Ask::new(admin, format!("Start {crew} again"), format!("Start attempt {}", run.attempt + 1))
        .under(crumbs(run), "Retry")
        .lead(
            "The crew is started with the inputs of the first attempt. Everything that its tasks do is done again: what they write, \
             send or publish, and what it costs in tokens and credits.",
        )
        .badges(vec![run.state.badge("")])
        .rehearsed()
        .hidden("attempt", attempt.to_string())
        .fields(why(fields.reason.as_deref(), fields.ticket.as_deref()))
        .undo("It can be stopped; what it did until then stays done.")
}

fn most(admin: &Admin) -> i64 {
    admin.site().live.now().settings.get(keys::WORKFLOW_ATTEMPTS)
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let run = subject(&admin, id).await?;
    html(&question(admin, &run, &RetryFields::default()))
}

/// Shows the effect, then does it.
pub async fn submit(admin: Admin, Extension(crews): Extension<Crews>, Path(id): Path<Uuid>, form: Form<RetryFields>) -> Result<Response> {
    let run = subject(&admin, id).await?;
    let outcome = match crews.lacks(&run.crew) {
        Some(why) => Err(Error::Conflict(why.into())),
        None => admin.submit(&form, form.fields.parse(id, most(&admin))).await,
    };
    match settle(question(admin.clone(), &run, &form.fields), outcome)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            done(&admin, performed.output, &performed, Flash::ok(format!("Attempt {} is on its way.", run.attempt + 1))).await
        }
    }
}
