//! Giving the platform back, and taking that back.
use super::{PATH, done};
use crate::features::maintenance::actions::{EndFields, EndMaintenance, ReopenMaintenance};
use crate::kernel::{Action, Error, Performed, Result};
use crate::web::{Admin, Flash, Form, Path, Submitted};
use axum::response::Response;
use uuid::Uuid;

/// Ends it at once.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<EndFields>) -> Result<Response> {
    let performed = perform(&admin, &form, EndMaintenance { id }).await?;
    let flash = Flash::ok("Maintenance is over.").undo(format!("{PATH}/{id}/reopen"), "Go on with maintenance");
    done(&admin, performed.audit_id, flash).await
}

/// Goes on with it.
pub async fn reopen(admin: Admin, Path(id): Path<Uuid>, form: Form<EndFields>) -> Result<Response> {
    let performed = perform(&admin, &form, ReopenMaintenance { id }).await?;
    done(&admin, performed.audit_id, Flash::warn("The platform is in maintenance again.")).await
}

async fn perform<A: Action>(admin: &Admin, form: &Form<EndFields>, action: A) -> Result<Performed<A::Output>> {
    match admin.submit(form, Ok(action)).await? {
        Submitted::Done(performed) => Ok(performed),
        Submitted::Invalid(invalid) => Err(Error::Invalid(invalid)),
        _ => Err(Error::internal("what is done at once was asked about")),
    }
}
