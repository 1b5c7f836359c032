//! Cancelling an export.
use super::PATH;
use crate::features::exports::actions::CancelExport;
use crate::kernel::{Error, Result};
use crate::web::{Admin, Flash, Form, Path, Submitted, see_other};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// Nothing but the button.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {}

/// Cancels it.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<Fields>) -> Result<Response> {
    match admin.submit(&form, Ok(CancelExport { id })).await? {
        Submitted::Done(performed) => {
            admin.tell(Flash::ok(format!("“{}” is cancelled.", performed.output)).audit(performed.audit_id)).await?;
            Ok(see_other(&format!("{PATH}/{id}")))
        }
        Submitted::Invalid(invalid) => Err(Error::Invalid(invalid)),
        _ => Err(Error::internal("nothing is previewed here")),
    }
}
