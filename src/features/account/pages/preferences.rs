//! Taking a time zone, and whether single keys do something.
use super::show::{Show, Typed};
use super::{done, take};
use crate::features::account::actions::PreferenceFields;
use crate::kernel::Result;
use crate::web::{Admin, Flash, Form, unprocessable};
use axum::response::Response;

/// Takes them, or shows what is wrong with them.
pub async fn submit(admin: Admin, form: Form<PreferenceFields>) -> Result<Response> {
    match take(&admin, &form, form.fields.parse()).await? {
        Ok(performed) => done(&admin, &performed, Flash::ok("Your preferences are kept.")).await,
        Err(invalid) => {
            let typed = Typed { shortcuts: Some(form.fields.shortcuts.is_some()), ..Typed::default() };
            unprocessable(&Show::of(admin, typed, &invalid).await?)
        }
    }
}
