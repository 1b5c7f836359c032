//! The platform's own services and pages: known by a token instead of a session, told in JSON instead of HTML.
use super::respond::Problem;
use super::site::Site;
use super::{headers, request};
use crate::kernel::{Error, id, secret, trace};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::time::{Duration, Instant};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tracing::{Instrument, Span};
use uuid::Uuid;

/// Who may call: what takes the second may be called by the first too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callers {
    /// The platform's servers.
    Servers,
    /// Its web pages too, from the origins that are named.
    Browsers,
    /// Anybody, from anywhere.
    Anybody,
    /// A service that signs what it sends: its handler makes sure of that before anything else.
    Signed,
}

/// The callers that are known: the SHA-256 of each token, and the origins whose pages may call.
#[derive(Clone, Debug, Default)]
pub struct Platform {
    servers: Vec<Vec<u8>>,
    browsers: Vec<Vec<u8>>,
    origins: Vec<HeaderValue>,
}

impl Platform {
    /// From the tokens themselves, which are not kept.
    pub fn new(servers: &[String], browsers: &[String], origins: Vec<HeaderValue>) -> Self {
        let hashed = |tokens: &[String]| tokens.iter().map(|token| secret::sha256(token.as_bytes())).collect();
        Self { servers: hashed(servers), browsers: hashed(browsers), origins }
    }

    /// One more token of a server.
    #[must_use]
    pub fn and_server(mut self, token: &str) -> Self {
        self.servers.push(secret::sha256(token.as_bytes()));
        self
    }

    fn knows(&self, callers: Callers, token: Option<&str>) -> bool {
        if matches!(callers, Callers::Anybody | Callers::Signed) {
            return true;
        }
        // Whoever compares hashes learns nothing of the token from the time that it takes.
        let Some(hash) = token.map(|token| secret::sha256(token.as_bytes())) else { return false };
        self.servers.contains(&hash) || (callers == Callers::Browsers && self.browsers.contains(&hash))
    }
}

/// `Authorization: Bearer …` or `X-API-Key: …` (OFREP 0.3.0, security schemes).
fn token(headers: &HeaderMap) -> Option<&str> {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer =
        text(&header::AUTHORIZATION).and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    bearer.map(|(_, token)| token.trim()).or_else(|| text(&HeaderName::from_static("x-api-key")))
}

/// Lets a caller through, or says that it is not known: 401 (RFC 6750, 3).
pub async fn admit(site: &Site, callers: Callers, request: Request, next: Next) -> Response {
    if site.platform.knows(callers, token(request.headers())) {
        return next.run(request).await;
    }
    let mut response =
        (StatusCode::UNAUTHORIZED, Json(problem(StatusCode::UNAUTHORIZED, "Send a token that is known, as “Authorization: Bearer …”.")))
            .into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

/// Which pages may read what is answered to them (Fetch Standard, CORS).
pub fn cors(platform: &Platform, callers: Callers) -> CorsLayer {
    let origins = match callers {
        Callers::Servers | Callers::Signed => AllowOrigin::list([]),
        Callers::Browsers => AllowOrigin::list(platform.origins.iter().cloned()),
        Callers::Anybody => AllowOrigin::any(),
    };
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_NONE_MATCH, HeaderName::from_static("x-api-key")])
        .expose_headers([header::ETAG, header::RETRY_AFTER, request::REQUEST_ID])
        .max_age(Duration::from_secs(600))
}

/// Names the request and counts it; what went wrong is told in JSON. Nothing is logged of what goes well: there is too much of it.
pub async fn attend(State(site): State<Site>, request: Request, next: Next) -> Response {
    let (id, began, uri, method) = (id::new(), Instant::now(), request.uri().clone(), request.method().clone());
    let trace = traced(&request, id);
    let mut response = next.run(request).instrument(trace.clone()).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>().or_else(|| unspoken(response.status())) {
        if let Some(fault) = &problem.fault {
            site.faults.note(&format!("{method} {}", uri.path()), fault, id);
        }
        response = told(&problem, id.to_string());
    }
    let status = response.status();
    trace::answered(&trace, status);
    if status.is_server_error() {
        tracing::warn!(%id, path = uri.path(), status = status.as_u16(), "a machine was not answered");
    }
    count(status, began.elapsed());
    headers::put(&site, response.headers_mut());
    if let Ok(value) = HeaderValue::from_str(id.hyphenated().encode_lower(&mut Uuid::encode_buffer())) {
        response.headers_mut().insert(request::REQUEST_ID, value);
    }
    response
}

/// Its span, part of the trace of a caller who shows a token.
fn traced(request: &Request, id: Uuid) -> Span {
    let span = trace::request(request, id);
    if request.headers().contains_key(header::AUTHORIZATION) {
        trace::follow(&span, request.headers());
    }
    span
}

/// The usual answers have a counter that is made once.
fn count(status: StatusCode, took: Duration) {
    const NAME: &str = "backlot_machine_requests_total";
    let counter = match status {
        StatusCode::OK => metrics::counter!(NAME, "status" => "200"),
        StatusCode::NOT_MODIFIED => metrics::counter!(NAME, "status" => "304"),
        other => metrics::counter!(NAME, "status" => other.as_str().to_owned()),
    };
    counter.increment(1);
    metrics::histogram!("backlot_machine_request_seconds").record(took.as_secs_f64());
}

/// An error that did not come from a handler, and says nothing.
fn unspoken(status: StatusCode) -> Option<Problem> {
    let sentence = match status {
        StatusCode::METHOD_NOT_ALLOWED => "This address does not take this kind of request.",
        StatusCode::PAYLOAD_TOO_LARGE => "This is longer than is read here: two mebibytes at most.",
        StatusCode::SERVICE_UNAVAILABLE => "This took too long. Ask again in a moment.",
        _ => return None,
    };
    Some(Problem { status, ..Problem::from(&Error::Malformed(sentence.into())) })
}

/// Problem details (RFC 9457), with the members that an OFREP client reads of an error.
fn told(problem: &Problem, request_id: String) -> Response {
    let mut body = self::problem(problem.status, &problem.sentence);
    body["requestId"] = request_id.into();
    let mut response = (problem.status, Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(seconds) = problem.wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn problem(status: StatusCode, detail: &str) -> serde_json::Value {
    json!({ "title": status.canonical_reason(), "status": status.as_u16(), "detail": detail, "key": "", "errorCode": "GENERAL", "errorDetails": detail })
}
