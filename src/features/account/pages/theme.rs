//! Taking the colours.
use super::take;
use crate::features::account::actions::ThemeFields;
use crate::kernel::{Error, Result};
use crate::web::{Admin, Form, see_other};
use axum::response::Response;

/// Takes the colours, and goes back to where they were chosen.
pub async fn submit(admin: Admin, form: Form<ThemeFields>) -> Result<Response> {
    match take(&admin, &form, form.fields.parse()).await? {
        Ok(_) => Ok(see_other(&admin.came_from())),
        Err(invalid) => Err(Error::Invalid(invalid)),
    }
}
