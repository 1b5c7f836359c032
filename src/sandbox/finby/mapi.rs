//! MAPI5: addresses whose signature is checked. Types 0 and 3 lead to the hosted page, type 4 charges at once.
use super::books::{Ear, Kind, Paper};
use super::doors::answer;
use super::{Call, Inside, PROJECT, SECRET, tell};
use crate::gateways::finby::{Amount, signature};
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;

/// What the payer's own fields are called, in the order in which they are signed.
const PAYER: [&str; 6] = ["BillingCity", "BillingCountry", "BillingPostcode", "BillingStreet", "CardHolder", "Email"];

struct Asked(HashMap<String, String>);

impl Asked {
    fn of(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Whether the signature is that of these fields.
    fn is_signed(&self) -> bool {
        let core = ["AccountId", "Amount", "Currency", "Reference", "PaymentType"];
        let more: &[&str] = match self.of("PaymentType") {
            "4" => &["PaymentRequestId"],
            _ if self.0.contains_key("CardHolder") => &PAYER,
            _ => &[],
        };
        let values: Vec<_> = core.iter().chain(more).map(|name| self.of(name)).collect();
        signature::is(self.of("Signature"), &signature::sign(SECRET, &values))
    }
}

fn refused(code: u32) -> Response {
    Json(json!({ "ResultCode": code })).into_response()
}

pub async fn card(State(inside): State<Arc<Inside>>, RawQuery(query): RawQuery) -> Response {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&query.unwrap_or_default()).unwrap_or_default();
    let asked = Asked(pairs.into_iter().collect());
    let kind = asked.of("PaymentType").to_owned();
    let amount = Amount::parse(asked.of("Amount"), asked.of("Currency")).filter(|amount| amount.minor() > 0);
    match (kind.as_str(), amount) {
        _ if asked.of("AccountId") != PROJECT => refused(1_002),
        _ if !asked.is_signed() => refused(1_004),
        (_, None) => refused(1_001),
        ("4", Some(amount)) => {
            inside.learn(asked.of("PaymentRequestId").parse().unwrap_or(0)).await;
            charge(&inside, &asked, amount)
        }
        ("0" | "3", Some(amount)) => begin(&inside, &asked, amount, if kind == "3" { Kind::Initial } else { Kind::Purchase }),
        _ => refused(1_011),
    }
}

/// On to the page where the customer pays.
fn begin(inside: &Inside, asked: &Asked, amount: Amount, kind: Kind) -> Response {
    let paper = |id| Paper {
        id,
        kind,
        amount,
        reference: asked.of("Reference").to_owned(),
        state: "Pending",
        code: None,
        card: String::new(),
        of: None,
        ear: Ear::Fields(asked.of("NotificationUrl").to_owned()),
        back: (asked.of("ReturnUrl").to_owned(), asked.of("CancelUrl").to_owned()),
        spoiled: None,
    };
    let id = inside.open().books.begin(paper);
    Redirect::to(&format!("{}/pay/{id}", inside.base)).into_response()
}

fn charge(inside: &Arc<Inside>, asked: &Asked, amount: Amount) -> Response {
    answer(inside, Call::Charge, || {
        let initial = asked.of("PaymentRequestId").parse().unwrap_or(0);
        let charged = inside.open().books.charge(initial, amount, asked.of("Reference"));
        match charged {
            None => refused(1_010),
            Some((id, code)) => {
                tell::tell(inside, id);
                let result = if code.is_some() { 1_006 } else { 0 };
                Json(json!({ "ResultCode": result, "AcquirerResponseId": code.unwrap_or("000.100.110"), "PaymentRequestId": id }))
                    .into_response()
            }
        }
    })
}
