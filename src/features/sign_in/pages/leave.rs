//! Staying, and leaving.
use crate::features::sign_in::actions::SignOut;
use crate::kernel::{Result, Terms};
use crate::web::{Admin, see_other, session};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};

/// Keeps the session alive: asked for by a click, never by itself.
pub async fn stay(admin: Admin) -> Result<StatusCode> {
    session::touch(&admin.site().door, &admin.signed().id_hash).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Out of this browser.
pub async fn here(admin: Admin) -> Result<Response> {
    let only = Some(admin.signed().id_hash.clone());
    leave(admin, only).await
}

/// Out of every browser.
pub async fn everywhere(admin: Admin) -> Result<Response> {
    leave(admin, None).await
}

async fn leave(admin: Admin, only: Option<Vec<u8>>) -> Result<Response> {
    let action = SignOut { admin_id: admin.id(), only };
    admin.desk().perform(admin.actor(), action, &Terms::default()).await?;
    admin.session().flush().await.map_err(session::refused)?;
    let clear = [(HeaderName::from_static("clear-site-data"), "\"cache\", \"cookies\", \"storage\"")];
    Ok((clear, see_other("/sign-in")).into_response())
}
