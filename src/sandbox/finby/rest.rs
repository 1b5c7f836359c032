//! The REST API: tokens, payments, their state, refunds.
#![allow(clippy::disallowed_types, clippy::result_large_err, reason = "a stand-in is somebody else's program: it answers in its own words")]

use super::books::{Ear, Kind, Paper};
use super::doors::{answer, result};
use super::{Call, Inside, PROJECT, SECRET, bank, tell};
use crate::gateways::finby::Amount;
use crate::kernel::secret;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use std::sync::Arc;

/// How long a token is good, in seconds.
const LASTS: i64 = 1_799;

pub async fn token(State(inside): State<Arc<Inside>>, headers: HeaderMap, body: String) -> Response {
    answer(&inside, Call::Token, || {
        let known = format!("Basic {}", BASE64_STANDARD.encode(format!("{PROJECT}:{SECRET}")));
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if given != known || body != "grant_type=client_credentials" {
            return (StatusCode::UNAUTHORIZED, Json(result(1_133_000, "Unknown project or secret"))).into_response();
        }
        let token: String = secret::random::<16>().unwrap_or_default().iter().map(|byte| format!("{byte:02x}")).collect();
        let mut desk = inside.open();
        let until = desk.now() + LASTS;
        desk.tokens.insert(token.clone(), until);
        Json(json!({ "access_token": token, "token_type": "Bearer", "expires_in": LASTS, "ResultInfo": { "ResultCode": 1_001_000 } }))
            .into_response()
    })
}

/// Whether a call may come in; else what it is told.
fn admit(inside: &Inside, headers: &HeaderMap) -> Result<(), Response> {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    let desk = inside.open();
    let good = given.and_then(|token| desk.tokens.get(token)).is_some_and(|until| *until > desk.now());
    if good { Ok(()) } else { Err((StatusCode::UNAUTHORIZED, Json(result(1_133_000, "Unauthorized"))).into_response()) }
}

fn words(value: &Value, path: &str) -> String {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The amount, as strictly as the gateway reads it: a text with exactly two decimals.
fn amount(asked: &Value) -> Result<Amount, Response> {
    let refuse = |why: &str| Err(Json(result(1_132_000, why)).into_response());
    let text = words(asked, "/PaymentInformation/Amount/Amount");
    if text.split_once('.').is_none_or(|(_, decimals)| decimals.len() != 2) {
        return refuse("Amount must have exactly two decimal places");
    }
    match Amount::parse(&text, &words(asked, "/PaymentInformation/Amount/Currency")) {
        Some(amount) if amount.minor() > 0 => Ok(amount),
        _ => refuse("Amount or Currency is not valid"),
    }
}

/// What every order must say: our project, an amount, a reference.
fn order(asked: &Value) -> Result<(Amount, String), Response> {
    if words(asked, "/MerchantIdentification/ProjectId") != PROJECT {
        return Err(Json(result(1_132_001, "Unknown account")).into_response());
    }
    let reference = words(asked, "/PaymentInformation/References/MerchantReference");
    if reference.is_empty() || reference.len() > 35 {
        return Err(Json(result(1_132_000, "MerchantReference is not valid")).into_response());
    }
    Ok((amount(asked)?, reference))
}

pub async fn start(State(inside): State<Arc<Inside>>, headers: HeaderMap, Json(asked): Json<Value>) -> Response {
    answer(&inside, Call::Start, || match admit(&inside, &headers).and_then(|()| order(&asked)) {
        Err(refused) => refused,
        Ok((amount, reference)) => {
            let to = |name: &str| words(&asked, &format!("/CallbackUrls/{name}"));
            let paper = |id| Paper {
                id,
                kind: Kind::Purchase,
                amount,
                reference,
                state: "Pending",
                code: None,
                card: String::new(),
                of: None,
                ear: Ear::Json(to("Notification")),
                back: (to("Success"), to("Cancel")),
                spoiled: None,
            };
            let id = inside.open().books.begin(paper);
            let page = format!("{}/pay/{id}", inside.base);
            Json(json!({ "PaymentRequestId": id, "GatewayUrl": page, "ResultInfo": { "ResultCode": 1_130_001 } })).into_response()
        }
    })
}

pub async fn fetch(State(inside): State<Arc<Inside>>, headers: HeaderMap, Path(id): Path<i64>) -> Response {
    inside.learn(id).await;
    answer(&inside, Call::Fetch, || {
        if let Err(refused) = admit(&inside, &headers) {
            return refused;
        }
        let paper = inside.open().books.find(id).cloned();
        match paper {
            Some(paper) => Json(json!({ "PaymentInformation": told(&paper), "ResultInfo": { "ResultCode": 1_130_000 } })).into_response(),
            None => Json(result(1_132_005, "Not found")).into_response(),
        }
    })
}

/// A payment as it is told, in an answer or a notification.
pub fn told(paper: &Paper) -> Value {
    let mut told = json!({
        "Amount": { "Amount": serde_json::from_str::<Value>(&paper.amount.to_string()).unwrap_or_default(), "Currency": paper.amount.currency() },
        "CreditDebitIndicator": if paper.kind == Kind::Refund || paper.state == "Chargebacked" { "DBIT" } else { "CRDT" },
        "Status": paper.state,
        "References": { "MerchantReference": paper.reference, "PaymentRequestId": paper.id.to_string(), "PaymentId": format!("P-{}", paper.id) },
        "CardTransaction": { "Card": { "MaskedPan": bank::masked(&paper.card), "ExpiryDate": "1230" } },
    });
    if let Some(of) = paper.of {
        told["References"]["OriginalPaymentRequestId"] = of.to_string().into();
    }
    if let Some(code) = paper.code {
        told["StatusReasonInformation"] = json!({ "Reason": { "Code": code, "RejectReason": "Declined by the sandbox" } });
    }
    told
}

pub async fn refund(State(inside): State<Arc<Inside>>, headers: HeaderMap, Path(of): Path<i64>, Json(asked): Json<Value>) -> Response {
    inside.learn(of).await;
    answer(&inside, Call::Refund, || match admit(&inside, &headers).and_then(|()| order(&asked)) {
        Err(refused) => refused,
        Ok((amount, reference)) => {
            let taken = inside.open().books.refund(of, amount, &reference);
            match taken {
                Ok(id) => {
                    tell::settle(&inside, id);
                    Json(json!({ "PaymentRequestId": id, "ResultInfo": { "ResultCode": 1_130_001 } })).into_response()
                }
                Err(code) => Json(result(code, "Refund is not possible")).into_response(),
            }
        }
    })
}
