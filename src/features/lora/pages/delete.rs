//! Asking before a model is deleted, and bringing it back.
use super::{crumbs, done, subject, why};
use crate::features::lora::actions::{DeleteFields, RestoreFields, RestoreModel};
use crate::features::lora::model::Model;
use crate::kernel::{Audited, Error, Result};
use crate::web::ask::Ask;
use crate::web::{Admin, Flash, Form, Path, Submitted, html};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, model: &Model, fields: &DeleteFields) -> Ask {
    Ask::new(admin, format!("Delete {}", model.label()), format!("Delete {}", model.label()))
        .under(crumbs(model), "Delete")
        .lead("It vanishes for its user and from every list at once. A running training is stopped. For seven days it can be restored; then its files are removed for good.")
        .badges(model.badges())
        .by_name()
        .danger()
        .fields(why(fields.reason.as_deref(), fields.ticket.as_deref(), true))
        .undo("Restoring takes one click, for seven days.")
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let model = subject(&admin, id).await?;
    html(&question(admin, &model, &DeleteFields::default()))
}

/// Shows what goes with it, then deletes it.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<DeleteFields>) -> Result<Response> {
    let submitted = admin.submit(&form, form.fields.parse(id)).await?;
    let model = subject(&admin, id).await?;
    match question(admin.clone(), &model, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            let flash = Flash::ok(format!("{} is deleted.", performed.output)).undo(format!("/admin/lora/{id}/restore"), "Restore");
            done(&admin, id, &performed, flash).await
        }
    }
}

/// Brings it back at once.
pub async fn restore(admin: Admin, Path(id): Path<Uuid>, form: Form<RestoreFields>) -> Result<Response> {
    match admin.submit(&form, Ok(RestoreModel { id })).await? {
        Submitted::Done(performed) => done(&admin, id, &performed, Flash::ok(format!("{} is back.", performed.output))).await,
        Submitted::Invalid(invalid) => Err(Error::Invalid(invalid)),
        _ => Err(Error::internal("what is done at once was asked about")),
    }
}
