//! The hosted page: where the customer types a card, or calls it off.
#![allow(clippy::disallowed_types, clippy::result_large_err, reason = "a stand-in is somebody else's program: it answers in its own words")]

use super::{Inside, card, tell};
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
pub struct Paid {
    card: String,
    #[serde(default)]
    cancel: String,
}

pub async fn show(State(inside): State<Arc<Inside>>, Path(id): Path<i64>) -> Response {
    let found = inside.open().books.find(id).cloned();
    let Some(paper) = found.filter(|paper| paper.state == "Pending") else {
        return (
            StatusCode::NOT_FOUND,
            Html("<!doctype html><link rel=\"icon\" href=\"data:,\"><title>Sandbox gateway</title><h1>There is nothing to pay here.</h1>"),
        )
            .into_response();
    };
    Html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <link rel=\"icon\" href=\"data:,\"><title>Sandbox gateway</title></head><body><main><h1>Pay {amount} {currency}</h1><p>No money moves here.</p>\
         <form method=\"post\"><p><label for=\"card\">Card number</label><br><input id=\"card\" name=\"card\" inputmode=\"numeric\" value=\"{good}\"></p>\
         <p><button>Pay</button> <button name=\"cancel\" value=\"yes\">Cancel</button></p></form></main></body></html>",
        amount = paper.amount,
        currency = paper.amount.currency(),
        good = card::GOOD,
    ))
    .into_response()
}

pub async fn pay(State(inside): State<Arc<Inside>>, Path(id): Path<i64>, Form(paid): Form<Paid>) -> Response {
    let is_off = !paid.cancel.is_empty();
    let (done, paper) = {
        let mut desk = inside.open();
        let done = if is_off { desk.books.call_off(id) } else { desk.books.pay(id, &paid.card) };
        (done, desk.books.find(id).cloned())
    };
    let Some(paper) = paper.filter(|_| done) else { return StatusCode::CONFLICT.into_response() };
    tell::tell(&inside, id);
    let (success, cancel) = paper.back;
    let place = if is_off || paper.code.is_some() { cancel } else { success };
    if place.is_empty() {
        Html("<!doctype html><link rel=\"icon\" href=\"data:,\"><title>Sandbox gateway</title><h1>Done</h1>").into_response()
    } else {
        Redirect::to(&place).into_response()
    }
}
