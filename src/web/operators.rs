//! For operators: is it alive, can it serve, what are its numbers.
use super::request::Facts;
use super::site::Site;
use crate::kernel::{Error, Result, secret};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Operators ask from this machine, or with their token.
///
/// # Errors
/// `NotFound`: who may not ask is not told that there is something.
pub fn admit(site: &Site, facts: &Facts, headers: &HeaderMap) -> Result<()> {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    let by_token = matches!((&site.operator_token, given), (Some(token), Some(given)) if secret::same(token.as_bytes(), given.as_bytes()));
    let by_place = facts.address.is_some_and(|address| address.is_loopback());
    if by_token || by_place { Ok(()) } else { Err(Error::NotFound("There is no such page.".into())) }
}

/// The process answers; nothing else is asked.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The database answers for every role that serves pages.
pub async fn ready(State(site): State<Site>) -> Response {
    for (name, pool) in [("reader", &site.reader), ("app", &site.door)] {
        if let Err(error) = sqlx::query("select 1").execute(pool).await {
            tracing::warn!(role = name, %error, "not ready");
            return (StatusCode::SERVICE_UNAVAILABLE, format!("database ({name}): away\n")).into_response();
        }
    }
    "ready\n".into_response()
}

/// The numbers, in Prometheus' text format.
pub async fn metrics(State(site): State<Site>) -> Response {
    for (name, pool) in [("reader", &site.reader), ("app", &site.door)] {
        metrics::gauge!("backlot_pool_connections", "role" => name).set(f64::from(pool.size()));
        metrics::gauge!("backlot_pool_idle", "role" => name).set(u32::try_from(pool.num_idle()).map_or(0.0, f64::from));
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], site.metrics.render()).into_response()
}
