//! What the platform asks: OpenFeature's remote evaluation protocol, OFREP 0.3.0 (open-feature/protocol, service/openapi.yaml).
//!
//! Real clients are stricter or looser than the text in places: `value`, `variant` and `reason` are always there, errors always name
//! key, code and details, and an `ETag` covers the context that was asked with.
use super::stream;
use crate::live::{Decided, Flag, Snapshot, Subject, Topic, Verdict};
use crate::web::{Site, validator};
use axum::Json;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::time::Duration;

/// Where a flag's name follows: whatever it is, with slashes too, the answer is the protocol's own.
const FLAGS: &str = "/ofrep/v1/evaluate/flags/";
/// The largest question, in bytes.
const LARGEST: usize = 64 << 10;
/// How long a question waits for a version that its asker has heard of.
const PATIENCE: Duration = Duration::from_secs(1);
/// Seconds without a sign on the stream after which a client asks by itself.
const INACTIVE: u32 = 60;

#[derive(Deserialize)]
struct Asked {
    context: Option<Context>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    targeting_key: Option<Value>,
    tier: Option<Value>,
}

/// What cannot be answered: a code of the protocol, and what is wrong in words.
struct Refused(&'static str, String);

#[derive(Serialize)]
struct Answer<'a> {
    key: &'a str,
    reason: &'static str,
    variant: &'static str,
    value: bool,
    metadata: Metadata,
}

/// Why, finer than the protocol's reasons.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    rule_kind: &'static str,
    version: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rollout_percent: Option<f64>,
}

/// One flag, for one context.
pub async fn one(State(site): State<Site>, request: Request) -> Response {
    let Ok(key) = percent_decode_str(request.uri().path().trim_start_matches(FLAGS)).decode_utf8().map(Cow::into_owned) else {
        return Refused("PARSE_ERROR", "The flag's name is not valid UTF-8.".into()).answer("");
    };
    let subject = match subject(request).await {
        Ok((_, subject)) => subject,
        Err(refused) => return refused.answer(&key),
    };
    let live = site.live.now();
    let Some(flag) = live.flags.get(&key) else {
        let details = json!({ "key": key, "errorCode": "FLAG_NOT_FOUND", "errorDetails": "There is no such flag." });
        return (StatusCode::NOT_FOUND, Json(details)).into_response();
    };
    match flag.rule.decide(&subject, site.clock.now()) {
        Ok(verdict) => Json(answer(&key, flag, verdict)).into_response(),
        Err(_) => Refused("TARGETING_KEY_MISSING", "This flag depends on the user: send context.targetingKey.".into()).answer(&key),
    }
}

/// Every flag, for one context; 304 when nothing is different for it.
pub async fn all(State(site): State<Site>, request: Request) -> Response {
    let (asked, heard) = (request.headers().clone(), heard(request.uri().query().unwrap_or("")));
    let subject = match subject(request).await {
        Ok((_, subject)) => subject,
        Err(refused) => return refused.answer(""),
    };
    if let Some(version) = heard {
        // Another server told of it; if it does not come here in time, what there is is still an answer.
        site.live.reach(Topic::Flags, version, PATIENCE).await;
    }
    let now = site.clock.now();
    let flags = match serde_json::to_string(&answers(&site.live.now(), &subject, now)) {
        Ok(flags) => flags,
        Err(error) => return crate::kernel::Error::from(error).into_response(),
    };
    let etag = validator::of(flags.as_bytes());
    let mut response = if validator::is_known(&asked, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let streams = json!([{ "type": "sse", "inactivityDelaySec": INACTIVE, "endpoint": { "requestUri": stream::place(&site, now) } }]);
        let body = format!("{{\"flags\":{flags},\"eventStreams\":{streams}}}");
        ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

/// The version that a client has heard of on a stream, maybe another server's.
fn heard(query: &str) -> Option<i64> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    pairs.iter().find(|(name, _)| name == "flagConfigEtag").and_then(|(_, value)| value.trim_matches('"').parse().ok())
}

/// One after another: an answer, or why there is none.
fn answers(live: &Snapshot, subject: &Subject, now: Timestamp) -> Vec<Value> {
    let each = live.flags.iter().map(|(key, flag)| match flag.rule.decide(subject, now) {
        Ok(verdict) => serde_json::to_value(answer(key, flag, verdict)).unwrap_or_default(),
        Err(_) => json!({ "key": key, "errorCode": "TARGETING_KEY_MISSING", "errorDetails": "This flag depends on the user." }),
    });
    each.collect()
}

fn answer<'a>(key: &'a str, flag: &Flag, verdict: Verdict) -> Answer<'a> {
    let reason = match verdict.by {
        Decided::Archived | Decided::Off => "DISABLED",
        Decided::Always => "STATIC",
        Decided::Override | Decided::Kept | Decided::Tier => "TARGETING_MATCH",
        Decided::Bucket => "SPLIT",
    };
    let percent = verdict.bucket.map(|_| f64::from(flag.rule.percentage));
    let bucket = verdict.bucket.map(|bucket| f64::from(bucket) / 1_000.0);
    let metadata = Metadata { rule_kind: verdict.by.code(), version: flag.version, bucket, rollout_percent: percent };
    Answer { key, reason, variant: if verdict.value { "on" } else { "off" }, value: verdict.value, metadata }
}

async fn subject(request: Request) -> Result<(Bytes, Subject), Refused> {
    let body = to_bytes(request.into_body(), LARGEST)
        .await
        .map_err(|_| Refused("PARSE_ERROR", format!("The question is longer than {LARGEST} bytes, or was cut off.")))?;
    let asked: Asked = serde_json::from_slice(&body)
        .map_err(|error| Refused("PARSE_ERROR", format!("This is not the JSON that is asked for: {error}.")))?;
    let context =
        asked.context.ok_or_else(|| Refused("INVALID_CONTEXT", "Send a context: {\"context\": {\"targetingKey\": \"…\"}}.".into()))?;
    let key = text("targetingKey", context.targeting_key)?;
    let tier = text("tier", context.tier)?.and_then(|tier| crate::kernel::Tier::try_from(tier).ok());
    Ok((body, Subject::new(key.as_deref(), tier)))
}

fn text(name: &str, value: Option<Value>) -> Result<Option<String>, Refused> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Refused("INVALID_CONTEXT", format!("context.{name} must be a string."))),
    }
}

impl Refused {
    fn answer(self, key: &str) -> Response {
        let Self(code, details) = self;
        (StatusCode::BAD_REQUEST, Json(json!({ "key": key, "errorCode": code, "errorDetails": details }))).into_response()
    }
}
