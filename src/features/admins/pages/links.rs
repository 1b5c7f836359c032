//! Sending a link again, or taking it back.
use super::{PATH, hand_over};
use crate::features::admins::actions::{RevokeLink, SendLink};
use crate::gateways::mail::Mail;
use crate::kernel::{Error, OneTime, Performed, Result};
use crate::web::{Admin, Flash, Form, Path, Submitted, see_other};
use axum::Extension;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// A form without fields.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}

/// Sends a new link in the place of any other.
pub async fn send(admin: Admin, Extension(mail): Extension<Mail>, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    let link = OneTime::of(&admin.site().secrets, form.key);
    let performed = done(admin.submit(&form, Ok(SendLink { id, link })).await?)?;
    hand_over(&admin, &mail, form.key).await?;
    back(&admin, id, &performed, Flash::ok(format!("{} has a new link; older ones do not work any more.", performed.output))).await
}

/// Takes every open link back.
pub async fn revoke(admin: Admin, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    let performed = done(admin.submit(&form, Ok(RevokeLink { id })).await?)?;
    back(&admin, id, &performed, Flash::ok(format!("No link of {} works any more.", performed.output))).await
}

fn done<T>(submitted: Submitted<T>) -> Result<Performed<T>> {
    match submitted {
        Submitted::Done(performed) => Ok(performed),
        Submitted::Invalid(invalid) => Err(Error::Invalid(invalid)),
        _ => Err(Error::internal("a link is not rehearsed")),
    }
}

async fn back<T>(admin: &Admin, id: Uuid, performed: &Performed<T>, flash: Flash) -> Result<Response> {
    admin.tell(flash.audit(performed.audit_id)).await?;
    Ok(see_other(&format!("{PATH}/{id}")))
}
