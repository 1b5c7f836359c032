//! Pausing, going on, cancelling: done at once.
use super::home;
use crate::features::bulk::actions::{CancelBulk, NoFields, PauseBulk, ResumeBulk};
use crate::features::bulk::model::State;
use crate::kernel::{Error, Performed, Result};
use crate::web::{Admin, Flash, Form, Path, Submitted, see_other};
use axum::response::Response;
use uuid::Uuid;

async fn done(admin: &Admin, id: Uuid, submitted: Submitted<State>, sentence: &str) -> Result<Response> {
    let performed: Performed<State> = match submitted {
        Submitted::Done(performed) => performed,
        _ => return Err(Error::internal("what is done at once was asked about")),
    };
    admin.tell(Flash::ok(sentence).audit(performed.audit_id)).await?;
    Ok(see_other(&home(id)))
}

/// Pauses it.
pub async fn pause(admin: Admin, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    let submitted = admin.submit(&form, Ok(PauseBulk { id })).await?;
    done(&admin, id, submitted, "It is paused, as soon as the batch that is being done is through.").await
}

/// Goes on with it.
pub async fn resume(admin: Admin, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    let submitted = admin.submit(&form, Ok(ResumeBulk { id })).await?;
    done(&admin, id, submitted, "It goes on where it was.").await
}

/// Ends it.
pub async fn cancel(admin: Admin, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    let submitted = admin.submit(&form, Ok(CancelBulk { id })).await?;
    done(&admin, id, submitted, "It is cancelled. What is done stays done.").await
}
