//! What the platform asks: all of its settings, and to be told when something is new.
use crate::kernel::Result;
use crate::live::Topic;
use crate::web::Site;
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
    if knows(&headers, &tag) {
        return (StatusCode::NOT_MODIFIED, headings).into_response();
    }
    (headings, Json(json!({ "version": version, "settings": now.settings.platforms() }))).into_response()
}

/// Whether one of the validators is this one, compared weakly.
fn knows(headers: &HeaderMap, tag: &str) -> bool {
    let all = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut known = all.flat_map(|line| line.split(',')).map(str::trim);
    known.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// Tells of each new version of flags, settings and maintenance; the first of each is how it is now.
pub async fn events(State(site): State<Site>) -> Result<Response> {
    site.seats.listen(&site.live, Topic::ALL, tell)
}

fn tell(topic: Topic, version: i64) -> Event {
    let data = json!({ "topic": topic.code(), "version": version });
    Event::default().event(topic.code()).id(version.to_string()).data(data.to_string())
}
