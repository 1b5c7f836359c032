//! What the platform asks: all of its settings, and to be told when something is new.
use crate::kernel::Result;
use crate::live::Topic;
use crate::web::{Site, validator};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// All settings of the platform's; nothing but the headers when they are as the caller knows them (RFC 9110, 13.1.2).
pub async fn settings(State(site): State<Site>, headers: HeaderMap) -> Response {
    let now = site.live.now();
    let version = now.versions.settings;
    // The version alone would not tell of what an environment pins, nor of another default.
    let tag = format!("\"{version}-{}\"", now.settings.digest());
    let headings = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    if validator::is_known(&headers, &tag) {
        return (StatusCode::NOT_MODIFIED, headings).into_response();
    }
    (headings, Json(json!({ "version": version, "settings": now.settings.platforms() }))).into_response()
}

/// Tells of each new version of flags, settings and maintenance; the first of each is how it is now.
pub async fn events(State(site): State<Site>) -> Result<Response> {
    site.seats.listen(&site.live, Topic::ALL, tell)
}

fn tell(topic: Topic, version: i64) -> Event {
    let data = json!({ "topic": topic.code(), "version": version });
    Event::default().event(topic.code()).id(version.to_string()).data(data.to_string())
}
