//! Where an admin's own settings are changed.
pub mod passkeys;

use super::actions::ThemeFields;
use crate::kernel::{Error, Result};
use crate::web::{Admin, Form, Submitted, see_other};
use axum::response::Response;

/// Takes the colours, and goes back to where they were chosen.
pub async fn set_theme(admin: Admin, form: Form<ThemeFields>) -> Result<Response> {
    match admin.submit(&form, form.fields.parse()).await? {
        Submitted::Invalid(invalid) => Err(Error::Invalid(invalid)),
        _ => Ok(see_other(&admin.came_from())),
    }
}
