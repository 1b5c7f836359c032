//! The addresses of the crews' hosts: all in one server, each crew below its own name.
#![allow(clippy::disallowed_types, reason = "no pages of ours: a stand-in for hosts that refuse in their own way")]
use super::script::{Endpoint, Fault};
use super::{Desk, Shared, open, tell};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::time::Duration;

/// Longer than any client waits.
const NEVER: Duration = Duration::from_secs(3_600);
/// More than any client reads.
const FLOOD: usize = 9 << 20;

pub fn router(desk: Shared) -> Router {
    Router::new()
        .route("/{crew}", get(async || "Healthy"))
        .route("/{crew}/inputs", get(inputs))
        .route("/{crew}/kickoff", post(kickoff))
        .route("/{crew}/status/{id}", get(status))
        .route("/{crew}/{id}/status", get(old_status))
        .route("/{crew}/stop/{id}", post(stop))
        .layer(from_fn_with_state(desk.clone(), admit))
        .with_state(desk)
}

async fn admit(State(desk): State<Shared>, headers: HeaderMap, request: Request, next: Next) -> Response {
    let wanted = format!("Bearer {}", open(&desk).token);
    if headers.get(header::AUTHORIZATION).is_some_and(|given| given.as_bytes() == wanted.as_bytes()) {
        return next.run(request).await;
    }
    (StatusCode::UNAUTHORIZED, Json(json!({ "error": "Unauthorized" }))).into_response()
}

/// Answers, or does so the way that it goes wrong. `work` is what it does when it does anything.
async fn answer(desk: &Shared, at: Endpoint, work: impl FnOnce(&mut Desk) -> Response) -> Response {
    let fault = open(desk).enter(at);
    let (code, said) = match fault {
        None => return work(&mut open(desk)),
        Some(Fault::Late(pause)) => {
            tokio::time::sleep(pause).await;
            return work(&mut open(desk));
        }
        Some(Fault::LoseAnswer) => {
            let lost = work(&mut open(desk));
            tokio::time::sleep(NEVER).await;
            return lost;
        }
        Some(Fault::Redirect(place)) => return (StatusCode::FOUND, [(header::LOCATION, place)]).into_response(),
        Some(Fault::Garble(said)) => (work(&mut open(desk)).status(), said),
        Some(Fault::Flood) => (work(&mut open(desk)).status(), " ".repeat(FLOOD)),
        Some(Fault::Answer(code, said)) => (StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), said),
    };
    (code, [(header::CONTENT_TYPE, "application/json")], said).into_response()
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "error": "Not Found" }))).into_response()
}

async fn inputs(State(desk): State<Shared>, Path(crew): Path<String>) -> Response {
    answer(&desk, Endpoint::Inputs, |desk| match desk.crews.get(&crew) {
        Some(script) => Json(json!({ "inputs": script.needs })).into_response(),
        None => not_found(),
    })
    .await
}

async fn kickoff(State(desk): State<Shared>, Path(crew): Path<String>, Json(asked): Json<Value>) -> Response {
    let telling = desk.clone();
    answer(&desk, Endpoint::Kickoff, |desk| {
        if !desk.crews.contains_key(&crew) {
            return not_found();
        }
        match desk.begin(&crew, &asked) {
            Ok(id) => {
                tell::follow(telling, &id, &asked);
                Json(json!({ "kickoff_id": id })).into_response()
            }
            Err(missing) => {
                let details = json!({ "error": "Validation Error", "details": { "missing_inputs": missing } });
                (StatusCode::UNPROCESSABLE_ENTITY, Json(details)).into_response()
            }
        }
    })
    .await
}

async fn status(State(desk): State<Shared>, Path((crew, id)): Path<(String, String)>) -> Response {
    said(&desk, &crew, &id, false).await
}

async fn old_status(State(desk): State<Shared>, Path((crew, id)): Path<(String, String)>) -> Response {
    said(&desk, &crew, &id, true).await
}

async fn said(desk: &Shared, crew: &str, id: &str, old: bool) -> Response {
    if open(desk).crews.get(crew).is_none_or(|script| script.old_path && !old) {
        return not_found();
    }
    answer(desk, Endpoint::Status, |desk| match desk.runs.get(id).filter(|run| run.crew == crew) {
        Some(run) => Json(run.status()).into_response(),
        None => not_found(),
    })
    .await
}

async fn stop(State(desk): State<Shared>, Path((crew, id)): Path<(String, String)>) -> Response {
    answer(&desk, Endpoint::Stop, |desk| match desk.runs.get_mut(&id).filter(|run| run.crew == crew) {
        Some(run) if run.at().is_over() => {
            let error = format!("Cannot stop execution. Current state: {}", run.word());
            (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response()
        }
        Some(run) => {
            run.stop();
            Json(json!({ "status": "stopped", "kickoffId": id })).into_response()
        }
        None => not_found(),
    })
    .await
}
