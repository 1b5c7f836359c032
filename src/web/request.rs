//! What is known of a request before anybody is: its id, where it came from, with what.
use super::faults::Fault;
use super::site::Site;
use crate::kernel::{id, trace};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;
use tracing::{Instrument, Span};
use uuid::Uuid;

/// The header that names a request, for people to quote.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What is known of a request before anybody is.
#[derive(Clone, Debug)]
pub struct Facts {
    pub id: Uuid,
    pub address: Option<IpAddr>,
    pub agent: String,
    /// The host that it was sent to, with its port, as the browser says.
    pub host: String,
    /// Path and query, as sent.
    pub path: String,
    /// htmx asks for a part of a page.
    pub partial: bool,
    /// The page of ours that the request was made from, if the browser says so.
    pub from: Option<String>,
}

/// Names the request, finds out where it came from, logs it once it is answered, and counts it.
pub async fn name(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let facts = Facts {
        id: id::new(),
        address: address(&site, &request),
        agent: text(request.headers(), &header::USER_AGENT).chars().take(300).collect(),
        host: text(request.headers(), &header::HOST).to_owned(),
        path: request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        partial: request.headers().contains_key("hx-request"),
        from: from(&site, request.headers()),
    };
    let span = tracing::info_span!("request", id = %facts.id, method = %request.method(), path = request.uri().path());
    let traced = traced(&site, &request, facts.id);
    let trace = traced.clone();
    let began = Instant::now();
    let id = facts.id;
    let place = format!("{} {}", request.method(), request.uri().path());
    request.extensions_mut().insert(facts);
    async move {
        let mut response = next.run(request).await;
        let took = began.elapsed();
        trace::answered(&traced, response.status());
        let status = response.status().as_u16();
        if let Some(fault) = response.extensions_mut().remove::<Fault>() {
            site.faults.note(&place, &fault, id);
        }
        tracing::info!(status, ms = took.as_secs_f64() * 1000.0, "answered");
        metrics::counter!("backlot_requests_total", "status" => status.to_string()).increment(1);
        metrics::histogram!("backlot_request_seconds").record(took.as_secs_f64());
        if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        response
    }
    .instrument(span)
    .instrument(trace)
    .await
}

/// Its span, part of the trace of one of our proxies: nobody else may say what it belongs to.
fn traced(site: &Site, request: &Request, id: Uuid) -> Span {
    let span = trace::request(request, id);
    if peer(request).is_some_and(|peer| site.is_proxy(peer)) {
        trace::follow(&span, request.headers());
    }
    span
}

fn peer(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical())
}

/// Our own page in `Referer`. The policy `same-origin` lets browsers send it to ourselves only.
fn from(site: &Site, headers: &HeaderMap) -> Option<String> {
    let referer = text(headers, &header::REFERER);
    let host = text(headers, &header::HOST);
    let rest = referer
        .strip_prefix(site.public_url.as_str())
        .or_else(|| referer.split_once("://").and_then(|(_, rest)| rest.strip_prefix(host)))?;
    Some(rest.split('#').next().unwrap_or(rest).to_owned())
}

/// The right-most address of `X-Forwarded-For` that is not ours, if the peer is one of our proxies; else the peer.
fn address(site: &Site, request: &Request) -> Option<IpAddr> {
    let peer = peer(request)?;
    if !site.is_proxy(peer) {
        return Some(peer);
    }
    let forwarded = text(request.headers(), &HeaderName::from_static("x-forwarded-for"));
    let hops = forwarded.rsplit(',').map_while(|hop| hop.trim().parse::<IpAddr>().ok());
    hops.map(|hop| hop.to_canonical()).find(|hop| !site.is_proxy(*hop)).or(Some(peer))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
}

/// Refuses methods that no route here takes, so that nothing can be smuggled past the table of routes.
pub async fn only_known_methods(request: Request, next: Next) -> Response {
    match request.method().as_str() {
        "GET" | "HEAD" | "POST" => next.run(request).await,
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}
