//! Taking another name.
use super::show::{Show, Typed};
use super::{done, take};
use crate::features::account::actions::NameFields;
use crate::kernel::Result;
use crate::web::{Admin, Flash, Form, unprocessable};
use axum::response::Response;

/// Takes it, or shows what is wrong with it.
pub async fn submit(admin: Admin, form: Form<NameFields>) -> Result<Response> {
    match take(&admin, &form, form.fields.parse()).await? {
        Ok(performed) => done(&admin, &performed, Flash::ok("Your name is changed.")).await,
        Err(invalid) => {
            let typed = Typed { name: Some(form.fields.name.unwrap_or_default()), ..Typed::default() };
            unprocessable(&Show::of(admin, typed, &invalid).await?)
        }
    }
}
