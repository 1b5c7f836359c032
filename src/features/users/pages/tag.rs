//! Tagging a user.
use super::{done, show};
use crate::features::users::actions::{AddTag, RemoveTag, TagFields, parse_tag};
use crate::kernel::{Error, Result};
use crate::web::{Admin, Flash, Form, Path, Submitted, unprocessable};
use axum::response::Response;
use uuid::Uuid;

/// Adds a tag.
pub async fn add(admin: Admin, Path(id): Path<Uuid>, form: Form<TagFields>) -> Result<Response> {
    let typed = form.fields.tag.as_deref();
    match admin.submit(&form, parse_tag(typed).map(|tag| AddTag { user: id, tag })).await? {
        Submitted::Done(performed) => done(&admin, id, &performed, Flash::ok("The tag is added.")).await,
        Submitted::Invalid(invalid) => {
            let mut page = show::page(admin, id, None, &invalid).await?;
            page.tag = page.tag.value(typed);
            unprocessable(&page)
        }
        _ => Err(Error::internal("a tag is not rehearsed")),
    }
}

/// Takes a tag off.
pub async fn remove(admin: Admin, Path(id): Path<Uuid>, form: Form<TagFields>) -> Result<Response> {
    let tag = form.fields.tag.clone().unwrap_or_default();
    match admin.submit(&form, Ok(RemoveTag { user: id, tag })).await? {
        Submitted::Done(performed) => done(&admin, id, &performed, Flash::ok("The tag is removed.")).await,
        _ => Err(Error::internal("a tag is not rehearsed")),
    }
}
