//! Its doors, and what goes wrong at them.
use super::{Call, Fault, Inside, mapi, page, rest};
use axum::Router;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use std::sync::Arc;

pub fn app(inside: Arc<Inside>) -> Router {
    Router::new()
        .route("/api/oauth2/token", post(rest::token))
        .route("/api/Payments/Payment", post(rest::start))
        .route("/api/Payments/Payment/{id}", get(rest::fetch))
        .route("/api/Payments/Payment/{id}/Refund", post(rest::refund))
        .route("/mapi5/Card/PayPopup", get(mapi::card))
        .route("/pay/{id}", get(page::show).post(page::pay))
        .with_state(inside)
}

/// A line that breaks: the answer's body ends in an error before its first byte.
fn broken_line() -> Response {
    let cut = futures::stream::iter([Err::<axum::body::Bytes, _>(std::io::Error::from(std::io::ErrorKind::ConnectionReset))]);
    Response::new(Body::from_stream(cut))
}

/// A result without anything else.
pub fn result(code: u32, info: &str) -> Value {
    json!({ "ResultInfo": { "ResultCode": code, "AdditionalInfo": info, "CorrelationId": "00-sandbox" } })
}

/// Answers a call as its fault has it; `does` is what the call does.
pub fn answer(inside: &Inside, call: Call, does: impl FnOnce() -> Response) -> Response {
    let fault = inside.open().fault(call);
    match fault {
        None => does(),
        Some(Fault::HangUp) => broken_line(),
        Some(Fault::Broken) => (StatusCode::INTERNAL_SERVER_ERROR, axum::Json(result(1_132_007, "General error"))).into_response(),
        Some(Fault::Busy) => axum::Json(result(1_132_014, "Too many requests")).into_response(),
        Some(Fault::Stranger) => (StatusCode::UNAUTHORIZED, axum::Json(result(1_133_000, "Unauthorized"))).into_response(),
        Some(Fault::NotYet) => axum::Json(result(1_132_005, "Not found")).into_response(),
        Some(Fault::LostAnswer) => {
            does();
            broken_line()
        }
        Some(Fault::Html) => {
            does();
            (StatusCode::BAD_GATEWAY, [(header::CONTENT_TYPE, "text/html")], "<html><h1>502 Bad Gateway</h1></html>").into_response()
        }
        Some(Fault::Torn) => {
            does();
            ([(header::CONTENT_TYPE, "application/json")], "{\"PaymentRequestId\":12345").into_response()
        }
    }
}
