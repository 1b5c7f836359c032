//! Asking before a training is cancelled.
use super::{crumbs, done, subject, why};
use crate::features::lora::actions::CancelFields;
use crate::features::lora::model::Model;
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, model: &Model, fields: &CancelFields) -> Ask {
    Ask::new(admin, "Cancel the training", "Cancel the training")
        .under(crumbs(model), "Cancel")
        .lead("What was learned so far is lost. When it ends before the training service hears of it, it stays as it ended.")
        .badges(model.badges())
        .rehearsed()
        .danger()
        .fields(why(fields.reason.as_deref(), fields.ticket.as_deref(), false))
        .undo("It can be retried from the beginning.")
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let model = subject(&admin, id).await?;
    html(&question(admin, &model, &CancelFields::default()))
}

/// Shows the effect, then does it.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<CancelFields>) -> Result<Response> {
    let submitted = admin.submit(&form, form.fields.parse(id)).await?;
    let model = subject(&admin, id).await?;
    match question(admin.clone(), &model, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => done(&admin, id, &performed, Flash::ok("The training is being stopped.")).await,
    }
}
