//! What the service answers.
#![allow(clippy::disallowed_types, reason = "a stand-in is somebody else's program: it answers in its own words")]

use super::fate::Fate;
use super::run::{Run, follow};
use super::{Fault, Inside, TOKEN, TRAINER};
use crate::kernel::id;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::io;
use std::sync::Arc;

type Shared = State<Arc<Inside>>;

/// Trainings of one page of a list.
const PAGE: usize = 20;

pub(super) fn app(inside: Arc<Inside>) -> Router {
    Router::new()
        .route("/v1/models/{owner}/{model}/versions/{version}/trainings", post(create))
        .route("/v1/trainings", get(list))
        .route("/v1/trainings/{id}", get(show))
        .route("/v1/trainings/{id}/cancel", post(cancel))
        .layer(DefaultBodyLimit::max(8 << 20))
        .with_state(inside)
}

fn problem(status: StatusCode, detail: &str) -> Response {
    (status, Json(json!({ "status": status.as_u16(), "title": status.canonical_reason(), "detail": detail }))).into_response()
}

fn is_known(headers: &HeaderMap) -> bool {
    headers.get(header::AUTHORIZATION).is_some_and(|value| value.as_bytes() == format!("Bearer {TOKEN}").as_bytes())
}

/// An answer that breaks off.
fn cut() -> Response {
    let half = [Ok(Bytes::from_static(b"{\"id\": \"tr")), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
    Body::from_stream(futures::stream::iter(half)).into_response()
}

/// What goes wrong with a call before anything is done.
fn spoiled(fault: Fault) -> Option<Response> {
    Some(match fault {
        Fault::Stranger => problem(StatusCode::UNAUTHORIZED, "You did not pass an authentication token that is valid."),
        Fault::Unpaid => problem(StatusCode::PAYMENT_REQUIRED, "You have insufficient credit to run this model."),
        Fault::Unfit => problem(StatusCode::UNPROCESSABLE_ENTITY, "- input.rank: Must be less than or equal to 128"),
        Fault::Busy(seconds) => {
            let wait = [(header::RETRY_AFTER, seconds.to_string())];
            (wait, problem(StatusCode::TOO_MANY_REQUESTS, "Request was throttled.")).into_response()
        }
        Fault::Broken => problem(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"),
        Fault::HangUp => cut(),
        Fault::Garbage => (StatusCode::OK, [(header::CONTENT_TYPE, "text/html")], "<html>Welcome to nginx!</html>").into_response(),
        Fault::NewWord | Fault::LostAnswer => return None,
    })
}

async fn create(
    State(inside): Shared,
    Path((owner, model, version)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fault = inside.open().at_create.pop_front();
    if !is_known(&headers) {
        return problem(StatusCode::UNAUTHORIZED, "You did not pass an authentication token.");
    }
    if let Some(refused) = fault.and_then(spoiled) {
        return refused;
    }
    if format!("{owner}/{model}:{version}") != TRAINER {
        return problem(StatusCode::NOT_FOUND, "The requested resource could not be found.");
    }
    let Ok(asked) = serde_json::from_slice::<Value>(&body) else { return problem(StatusCode::BAD_REQUEST, "The body is no JSON.") };
    let told = begin(&inside, &asked);
    match fault {
        Some(Fault::LostAnswer) => cut(),
        _ => (StatusCode::CREATED, Json(told)).into_response(),
    }
}

fn begin(inside: &Arc<Inside>, asked: &Value) -> Value {
    let input = asked.get("input").cloned().unwrap_or_default();
    let webhook = asked.get("webhook").and_then(Value::as_str).map(str::to_owned);
    let id = format!("trn{}", id::new().simple());
    let told = {
        let mut desk = inside.open();
        desk.begun += 1;
        let fate = desk.fates.pop_front().unwrap_or_else(|| Fate::of(&input));
        let run = Run::new(id.clone(), input, webhook, (desk.pace, fate));
        let told = run.told();
        desk.trainings.insert(id.clone(), run);
        told
    };
    follow(inside, &id);
    told
}

fn about(inside: &Inside, headers: &HeaderMap, id: &str, does: impl FnOnce(&mut Run)) -> Response {
    let mut desk = inside.open();
    let fault = desk.at_look.pop_front();
    if !is_known(headers) {
        return problem(StatusCode::UNAUTHORIZED, "You did not pass an authentication token.");
    }
    if let Some(refused) = fault.and_then(spoiled) {
        return refused;
    }
    let Some(run) = desk.trainings.get_mut(id) else { return problem(StatusCode::NOT_FOUND, "The requested resource could not be found.") };
    does(run);
    let mut told = run.told();
    match fault {
        Some(Fault::LostAnswer) => return cut(),
        Some(Fault::NewWord) => told["status"] = json!("contemplating"),
        _ => {}
    }
    Json(told).into_response()
}

async fn show(State(inside): Shared, Path(id): Path<String>, headers: HeaderMap) -> Response {
    about(&inside, &headers, &id, |_| ())
}

async fn cancel(State(inside): Shared, Path(id): Path<String>, headers: HeaderMap) -> Response {
    about(&inside, &headers, &id, Run::stop)
}

async fn list(State(inside): Shared, headers: HeaderMap) -> Response {
    if !is_known(&headers) {
        return problem(StatusCode::UNAUTHORIZED, "You did not pass an authentication token.");
    }
    let desk = inside.open();
    // Newest first; its log is not in a list.
    let results: Vec<_> = desk
        .trainings
        .values()
        .rev()
        .take(PAGE)
        .map(|run| {
            let mut told = run.told();
            told["logs"] = Value::Null;
            told
        })
        .collect();
    Json(json!({ "previous": null, "next": null, "results": results })).into_response()
}
