//! What the payment gateway tells by itself: kept once, believed only as far as to ask the gateway.
use crate::features::billing::jobs::Hear;
use crate::features::billing::store::hear::{Message, keep};
use crate::gateways::finby::{Notice, PaymentGateway, Payments, Unbelieved};
use crate::jobs::NewJob;
use crate::kernel::secret::sha256;
use crate::kernel::{Error, Result};
use crate::web::Site;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

/// The longest message that is read, in bytes.
const LONGEST: usize = 64 << 10;
/// How much of one that is not believed is kept, in characters.
const SAMPLE: usize = 2_000;

/// A notification in JSON.
pub async fn json(State(site): State<Site>, Extension(payments): Extension<Payments>, body: Bytes) -> Result<Response> {
    if body.len() > LONGEST {
        return Err(Error::Malformed("This is longer than a notification is.".into()));
    }
    let shown = serde_json::from_slice(&body).map(|told: Value| without_card(told).to_string());
    let shown = shown.unwrap_or_else(|_| String::from_utf8_lossy(&body).into_owned());
    hear(&site, &payments, ("json", &shown, &body), |gateway| gateway.believe_json(&body)).await
}

/// A notification in fields: in the address, or in the body.
pub async fn fields(
    State(site): State<Site>,
    Extension(payments): Extension<Payments>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response> {
    let text = if body.is_empty() { query.unwrap_or_default() } else { String::from_utf8_lossy(&body).into_owned() };
    if text.len() > LONGEST {
        return Err(Error::Malformed("This is longer than a notification is.".into()));
    }
    let shown: Vec<_> = text.split('&').filter(|field| !field.starts_with("CardToken=")).collect();
    hear(&site, &payments, ("fields", &shown.join("&"), text.as_bytes()), |gateway| gateway.believe_fields(&text)).await
}

/// Makes sure of the signature, keeps the message once, and has somebody look. 200 also for one that was told before; 5xx when it could
/// not be kept, so that it is told again.
async fn hear(
    site: &Site,
    payments: &Payments,
    (form, shown, raw): (&'static str, &str, &[u8]),
    believe: impl FnOnce(&dyn PaymentGateway) -> std::result::Result<Notice, Unbelieved>,
) -> Result<Response> {
    let Some(gateway) = payments.gateway() else { return Err(Error::NotFound("No payment gateway is set up here.".into())) };
    let believed = believe(gateway.as_ref());
    let digest = match &believed {
        Ok(notice) => notice.key(),
        Err(_) => sha256(raw).iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    let sample: String = shown.replace('\0', "").chars().take(if believed.is_ok() { LONGEST } else { SAMPLE }).collect();
    let message =
        Message { mode: gateway.mode(), form, body: &sample, digest: &digest, notice: believed.as_ref().map_err(ToString::to_string) };
    let mut db = site.door.acquire().await?;
    let waits = keep(&mut db, &message).await?;
    if let Some(notice) = waits {
        NewJob::of(&Hear { notice })?.dedup_key(format!("billing.hear:{notice}")).enqueue(&mut db).await?;
    }
    match believed {
        Ok(_) => Ok((StatusCode::OK, "OK").into_response()),
        Err(why) => {
            tracing::error!(%why, form, "a notice of the payment gateway is not believed");
            metrics::counter!("backlot_webhooks_refused_total", "source" => "finby").increment(1);
            metrics::counter!("backlot_billing_alerts_total", "what" => "forged").increment(1);
            let told = json!({ "title": "Unauthorized", "status": 401, "detail": why.to_string() });
            Ok((StatusCode::UNAUTHORIZED, Json(told)).into_response())
        }
    }
}

/// Without what could be used to pay.
fn without_card(mut told: Value) -> Value {
    if let Some(card) = told.pointer_mut("/PaymentInformation/CardTransaction/Card").and_then(Value::as_object_mut) {
        card.remove("Token");
    }
    told
}
