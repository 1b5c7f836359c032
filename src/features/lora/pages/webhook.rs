//! What the training service tells by itself: a signed hint that something has changed, and no more than that.
use crate::features::lora::jobs::Hear;
use crate::gateways::training::Trainer;
use crate::gateways::training::signature::Headers;
use crate::jobs::NewJob;
use crate::jobs::inbox::Inbox;
use crate::kernel::{Error, Result};
use crate::web::Site;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::json;

/// Who tells it, in the inbox.
const SOURCE: &str = "training";
/// The longest id of a training.
const LONGEST: usize = 100;

/// All that is taken from a message: which training it is about.
#[derive(Deserialize)]
struct Told {
    id: String,
}

/// Makes sure of the signature, keeps the message once, and has somebody look. The state in the message itself is not believed: it may
/// be late, or older than one that came before.
pub async fn hear(
    State(site): State<Site>,
    Extension(trainer): Extension<Trainer>,
    Extension(inbox): Extension<Inbox>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed = Headers { id: text("webhook-id"), timestamp: text("webhook-timestamp"), signature: text("webhook-signature") };
    if let Err(why) = trainer.keys().check(signed, &body, site.clock.now()) {
        metrics::counter!("backlot_webhooks_refused_total", "source" => SOURCE).increment(1);
        return Ok(
            (StatusCode::UNAUTHORIZED, Json(json!({ "title": "Unauthorized", "status": 401, "detail": why.to_string() }))).into_response()
        );
    }
    let told: Told = serde_json::from_slice(&body).map_err(|_| Error::Malformed("The message names no training.".into()))?;
    if told.id.is_empty() || told.id.len() > LONGEST || told.id.contains(char::is_control) {
        return Err(Error::Malformed("The message names no training.".into()));
    }
    inbox.take(SOURCE, signed.id, &NewJob::of(&Hear { external_id: told.id })?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
