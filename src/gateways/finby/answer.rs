//! Answers of the gateway: read whole, and taken for what they say.
use super::{GatewayError, PaymentId};
use crate::gateways::call::{Silence, body, pause, silence};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::Value;
use std::time::Duration;

/// The longest answer that is read, in bytes.
const LONGEST: usize = 256 << 10;

/// A whole answer.
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
    /// What it asks us to wait.
    pub pause: Option<Duration>,
}

impl Answer {
    /// `ResultInfo.ResultCode`, a number or text; empty when there is none.
    pub fn code(&self) -> String {
        text(self.body.pointer("/ResultInfo/ResultCode"))
    }

    /// What it says of a refusal, cut short.
    pub fn told(&self) -> String {
        let info = text(self.body.pointer("/ResultInfo/AdditionalInfo"));
        let words: String = info.chars().filter(|letter| !letter.is_control()).take(200).collect();
        if words.is_empty() { format!("status {} {}", self.status.as_u16(), self.code()) } else { words }
    }
}

/// A number or a text, as text.
pub(super) fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// Sends, and reads all of the answer; one that is no JSON says nothing about what was done.
pub(super) async fn send(request: RequestBuilder) -> Result<Answer, GatewayError> {
    let answer = request.send().await.map_err(lost)?;
    let (status, wait) = (answer.status(), pause(&answer));
    let bytes = body(answer, LONGEST).await.map_err(told)?;
    // MAPI5 has been seen to quote with apostrophes.
    let read = serde_json::from_slice(&bytes).or_else(|_| serde_json::from_str(&String::from_utf8_lossy(&bytes).replace('\'', "\"")));
    match read {
        Ok(body) => Ok(Answer { status, body, pause: wait }),
        Err(_) if status == StatusCode::TOO_MANY_REQUESTS => Err(GatewayError::Throttled(wait)),
        Err(_) if status == StatusCode::UNAUTHORIZED => Err(GatewayError::Auth("it answers 401".into())),
        Err(_) => Err(GatewayError::Uncertain(format!("its answer ({}) is no JSON", status.as_u16()))),
    }
}

fn lost(error: reqwest::Error) -> GatewayError {
    told(silence(error))
}

fn told(silence: Silence) -> GatewayError {
    match silence {
        Silence::NeverSent(why) => GatewayError::NeverSent(why),
        Silence::Lost(why) => GatewayError::Uncertain(why),
        Silence::TooLong(_) => GatewayError::Uncertain(silence.to_string()),
    }
}

pub(super) fn number(value: Option<&Value>) -> Option<PaymentId> {
    text(value).parse().ok().filter(|id| *id > 0)
}
