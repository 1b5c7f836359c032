//! The stream that tells a client to ask again (OFREP 0.3.0, event-streams.yaml). A browser's `EventSource` sends no headers, so the
//! address itself is the proof that it was given to somebody who may ask.
use crate::kernel::{Error, Result};
use crate::live::Topic;
use crate::web::{Query, Site};
use axum::extract::State;
use axum::response::Response;
use axum::response::sse::Event;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

/// An address is good until the end of the next hour: the same for an hour, so that a client keeps its stream.
const HOUR: i64 = 3_600;

#[derive(Deserialize)]
pub struct Asked {
    token: String,
}

/// Where the stream is, for the next hour or two.
pub fn place(site: &Site, now: Timestamp) -> String {
    let until = (now.as_second().div_euclid(HOUR) + 2) * HOUR;
    format!("/ofrep/v1/events?token={until}.{}", BASE64_URL_SAFE_NO_PAD.encode(proof(site, until)))
}

fn proof(site: &Site, until: i64) -> [u8; 32] {
    site.secrets.prove(&[b"event stream", &until.to_be_bytes()])
}

/// The stream.
pub async fn events(State(site): State<Site>, Query(asked): Query<Asked>) -> Result<Response> {
    let refused = || Error::SignedOut;
    let (until, code) = asked.token.split_once('.').ok_or_else(refused)?;
    let (until, code) = (until.parse::<i64>().map_err(|_| refused())?, BASE64_URL_SAFE_NO_PAD.decode(code).map_err(|_| refused())?);
    let is_ours = site.secrets.proves(&[b"event stream", &until.to_be_bytes()], &code);
    if !is_ours || until <= site.clock.now().as_second() {
        return Err(refused());
    }
    site.seats.listen(&site.live, &[Topic::Flags], tell)
}

fn tell(_: Topic, version: i64) -> Event {
    let data = json!({ "type": "refetchEvaluation", "etag": format!("\"{version}\"") });
    Event::default().event("message").id(version.to_string()).data(data.to_string())
}
