//! Taking a note about a user.
use super::{done, show};
use crate::features::users::actions::NoteFields;
use crate::kernel::{Error, Result};
use crate::web::{Admin, Flash, Form, Path, Submitted, unprocessable};
use axum::response::Response;
use uuid::Uuid;

/// Writes it down.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<NoteFields>) -> Result<Response> {
    match admin.submit(&form, form.fields.parse(id)).await? {
        Submitted::Done(performed) => done(&admin, id, &performed, Flash::ok("The note is written down.")).await,
        Submitted::Invalid(invalid) => unprocessable(&show::page(admin, id, form.fields.body.as_deref(), &invalid).await?),
        _ => Err(Error::internal("a note is not rehearsed")),
    }
}
