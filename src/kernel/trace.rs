//! Spans for traces (OpenTelemetry): what a request, an action and a job took, and what belongs together. They are of a level and a target
//! of their own, so that they cost nothing where nobody listens, and no log grows by them. Names follow OpenTelemetry's semantic
//! conventions for HTTP spans; what people typed, such as a query, is in none.
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, StatusCode};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::{Span, field};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use uuid::Uuid;

/// The target of these spans.
pub const TARGET: &str = "backlot::traces";

/// A request to a route, named by the route and not by the address, so that there are few names.
pub fn request(request: &Request, id: Uuid) -> Span {
    let method = request.method();
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    tracing::trace_span!(
        target: TARGET,
        "request",
        otel.name = %format_args!("{method} {}", route.unwrap_or_default()),
        otel.kind = "server",
        otel.status_code = field::Empty,
        http.request.method = %method,
        http.route = route,
        http.response.status_code = field::Empty,
        backlot.request_id = %id,
    )
}

/// Makes it a part of the trace that the headers name (W3C Trace Context), if they name one.
pub fn follow(span: &Span, headers: &HeaderMap) {
    if !span.is_disabled() && headers.contains_key("traceparent") {
        // Fails only where nobody listens, and where the span has begun.
        let _ = span.set_parent(TraceContextPropagator::new().extract(&HeaderExtractor(headers)));
    }
}

/// How a request was answered. What a server did wrong is an error; what a client did wrong is not.
pub fn answered(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        failed(span);
    }
}

/// An admin's action, from permission to commit.
pub fn action(name: &'static str) -> Span {
    tracing::trace_span!(target: TARGET, "action", otel.name = name, otel.status_code = field::Empty)
}

/// An attempt at a job, with the request that asked for it.
pub fn job(name: &str, id: Uuid, attempt: i32, request_id: Option<Uuid>) -> Span {
    tracing::trace_span!(
        target: TARGET,
        "job",
        otel.name = name,
        otel.kind = "consumer",
        otel.status_code = field::Empty,
        backlot.job_id = %id,
        backlot.attempt = attempt,
        backlot.ending = field::Empty,
        backlot.request_id = request_id.map(field::display),
    )
}

/// How an attempt at a job ended, in the words of its metric.
pub fn ended(span: &Span, ending: &'static str) {
    span.record("backlot.ending", ending);
    if matches!(ending, "dead" | "retried") {
        failed(span);
    }
}

/// Something in it went wrong.
pub fn failed(span: &Span) {
    span.record("otel.status_code", "ERROR");
}
