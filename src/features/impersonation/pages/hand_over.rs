//! Handing a view over to the platform's own pages.
use super::token::{self, Claims};
use crate::features::impersonation::store;
use crate::kernel::{Error, Result};
use crate::web::{Admin, Path, Site, see_other};
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

/// Sends the browser to the platform, with a token that is good for a minute.
pub async fn hand_over(admin: Admin) -> Result<Response> {
    let site = admin.site();
    let view = admin.view().ok_or_else(|| Error::NotFound("This view is over.".into()))?;
    let platform = site
        .platform_url
        .as_deref()
        .ok_or_else(|| Error::NotFound("The platform does not take views over: BACKLOT_PLATFORM_URL is not set.".into()))?;
    let token = token::token(
        &site.secrets,
        &Claims {
            issuer: &site.public_url,
            audience: platform,
            user: view.user_id,
            admin: (admin.id(), admin.name()),
            grant: view.grant,
            now: site.clock.now(),
            ends: Timestamp::from_microsecond(view.ends).map_err(Error::internal)?,
        },
    )?;
    let joint = if platform.contains('?') { '&' } else { '?' };
    Ok(see_other(&format!("{platform}{joint}token={token}")))
}

/// The keys that verify those tokens.
pub async fn keys(State(site): State<Site>) -> Response {
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(token::keys(&site.secrets))).into_response()
}

/// Whether a grant still stands, in the form of a token introspection (RFC 7662, 2.2).
pub async fn check(State(site): State<Site>, Path(id): Path<Uuid>) -> Result<Response> {
    let standing = store::standing(&site.reader, id).await?;
    Ok(Json(match standing {
        Some(grant) => json!({
            "active": true, "scope": "read", "jti": id, "sub": grant.user_id, "act": { "sub": grant.admin_id }, "exp": grant.expires_at.as_second(),
        }),
        None => json!({ "active": false }),
    })
    .into_response())
}
