//! Asking before a run is stopped.
use super::{crumbs, done, settle, subject, why};
use crate::features::workflows::actions::StopFields;
use crate::features::workflows::model::Run;
use crate::gateways::crewai::Crews;
use crate::kernel::{Error, Result};
use crate::web::ask::Ask;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::Extension;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, run: &Run, fields: &StopFields) -> Ask {
    let crew = crate::web::show::short(&run.crew, 60);
    Ask::new(admin, format!("Stop {crew}"), format!("Stop {crew}"))
        .under(crumbs(run), "Stop")
        .lead("The crew ends its work as soon as it can. What its tasks did so far stays done, and costs what it cost.")
        .badges(vec![run.state.badge("")])
        .rehearsed()
        .danger()
        .fields(why(fields.reason.as_deref(), fields.ticket.as_deref()))
        .undo("It can be started again from its beginning.")
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let run = subject(&admin, id).await?;
    html(&question(admin, &run, &StopFields::default()))
}

/// Shows the effect, then does it.
pub async fn submit(admin: Admin, Extension(crews): Extension<Crews>, Path(id): Path<Uuid>, form: Form<StopFields>) -> Result<Response> {
    let run = subject(&admin, id).await?;
    let outcome = match crews.lacks(&run.crew).filter(|_| run.external_id.is_some()) {
        Some(why) => Err(Error::Conflict(why.into())),
        None => admin.submit(&form, form.fields.parse(id)).await,
    };
    match settle(question(admin.clone(), &run, &form.fields), outcome)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            let said = if run.external_id.is_some() { "Its crew's host is asked to stop it." } else { "It is stopped." };
            done(&admin, id, &performed, Flash::ok(said)).await
        }
    }
}
