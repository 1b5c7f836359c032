//! What the platform and its pages are told: the state in JSON, and a script that shows it.
use crate::features::maintenance::model::retry_after;
use crate::kernel::Result;
use crate::live::Snapshot;
use crate::live::settings::keys;
use crate::web::{Site, assets, validator};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;

/// Whether the platform is in maintenance, as whoever asks is told.
#[derive(Serialize)]
struct Status<'a> {
    enabled: bool,
    /// Plain text.
    message: &'a str,
    started_at: Option<Timestamp>,
    scheduled_end: Option<Timestamp>,
    /// Seconds.
    retry_after: Option<i64>,
    next: Option<Next<'a>>,
}

/// The next window that is planned.
#[derive(Serialize)]
struct Next<'a> {
    starts_at: Timestamp,
    ends_at: Option<Timestamp>,
    message: &'a str,
}

impl<'a> Status<'a> {
    fn of(live: &'a Snapshot, now: Timestamp) -> Self {
        let Snapshot { maintenance, settings, .. } = live;
        let next = maintenance.next.as_ref();
        let open = maintenance.open.as_ref();
        Self {
            enabled: open.is_some(),
            message: open.map_or("", |open| open.message.as_str()),
            started_at: open.map(|open| open.starts_at),
            scheduled_end: open.and_then(|open| open.ends_at),
            retry_after: open.map(|open| retry_after(open.ends_at, now, settings.get(keys::RETRY_AFTER_SECONDS))),
            next: next.map(|next| Next { starts_at: next.starts_at, ends_at: next.ends_at, message: &next.message }),
        }
    }
}

/// The state, from memory: 304 while it is what the asker has (RFC 9110, 13.1.2).
pub async fn status(State(site): State<Site>, asked: HeaderMap) -> Result<Response> {
    let body = serde_json::to_vec(&Status::of(&site.live.now(), site.clock.now()))?;
    let tag = validator::of(&body);
    let is_known = validator::is_known(&asked, &tag);
    let headers = [
        (header::ETAG, tag),
        (header::CACHE_CONTROL, "public, max-age=5".to_owned()),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin".to_owned()),
    ];
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, [(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// The script that a page of the platform includes.
pub async fn script(asked: HeaderMap) -> Result<Response> {
    assets::shared("embed/maintenance.js", &asked)
}
