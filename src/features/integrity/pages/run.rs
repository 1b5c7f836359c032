//! Having checks look now.
use super::{PATH, home};
use crate::features::integrity::actions::RunFields;
use crate::kernel::{Error, Result};
use crate::web::{Admin, Flash, Form, Submitted, see_other};
use axum::response::Response;

/// Asks for it, and goes back to where it was asked.
pub async fn submit(admin: Admin, form: Form<RunFields>) -> Result<Response> {
    let action = form.fields.parse().map_err(Error::Invalid)?;
    let back = match action.checks.as_slice() {
        [check] => home(*check),
        _ => PATH.to_owned(),
    };
    match admin.submit(&form, Ok(action)).await? {
        Submitted::Done(performed) => {
            let sentence = match performed.output {
                1 => "It is looking.".to_owned(),
                checks => format!("{checks} checks are looking."),
            };
            admin.tell(Flash::ok(sentence).audit(performed.audit_id)).await?;
            Ok(see_other(&back))
        }
        Submitted::Invalid(invalid) => Err(Error::Invalid(invalid)),
        _ => Err(Error::internal("what is done at once was asked about")),
    }
}
