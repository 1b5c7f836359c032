//! A form that could not be taken yet, shown again with a button. Nothing is sent by itself.
use crate::kernel::Result;
use crate::web::session::Stage;
use crate::web::{Admin, Flash, html, parked, see_other};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "resume.html")]
struct Show {
    admin: Admin,
    path: String,
    /// What was typed, as people read it: name and value.
    typed: Vec<(String, String)>,
    /// All of it, as it is sent.
    pairs: Vec<(String, String)>,
}

/// Shows what was typed.
pub async fn show(admin: Admin) -> Result<Response> {
    if admin.signed().stage != Stage::Full {
        return Ok(see_other("/sign-in"));
    }
    let Some(form) = parked::find(&admin.site().door, admin.id()).await? else { return Ok(see_other("/admin")) };
    let pairs: Vec<_> = form.pairs.0.into_iter().filter(|(name, _)| name != parked::RESUMED).collect();
    let typed = pairs.iter().filter(|(name, value)| !name.starts_with('_') && !value.is_empty()).cloned().collect();
    html(&Show { admin, path: form.path, typed, pairs })
}

/// Lets it go.
pub async fn discard(admin: Admin) -> Result<Response> {
    parked::forget(&admin.site().door, admin.id()).await?;
    admin.tell(Flash::ok("The form was discarded. Nothing was changed.")).await?;
    Ok(see_other("/admin"))
}
