//! The staff's chat: an incoming webhook that takes one sentence at a time (Slack, "Sending messages using incoming webhooks").
use super::call::{self, Silence};
use super::watch::{Calls, Gateway, Outage};
use reqwest::{Client, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// How long a call may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most of an answer that is read, in bytes.
const LONGEST: usize = 4_096;

/// Why a sentence was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It will pass: the same sentence may go later.
    #[error("{why}")]
    NotNow { why: String, after: Option<Duration> },
    /// It is ours: the address is no longer a channel's, or the message is not understood.
    #[error("{0}")]
    Never(String),
}

impl Outage for Refusal {
    fn is_outage(&self) -> bool {
        true
    }
}

/// Why there can be no such chat.
#[derive(Debug, thiserror::Error)]
#[error("the chat webhook cannot be used: {0}")]
pub struct Unusable(String);

/// The staff's chat, if there is one; cheap to clone.
#[derive(Clone, Default)]
pub struct Chat(Option<Arc<Inside>>);

struct Inside {
    http: Client,
    /// Whoever knows it may write there.
    url: SecretString,
    calls: Calls,
    /// Where Backlot is reached.
    public_url: String,
}

impl Chat {
    /// At this address.
    ///
    /// # Errors
    /// When the address is none.
    pub fn new(url: &SecretString, public_url: &str, calls: &Calls) -> Result<Self, Unusable> {
        // The reason only: an address that is wrong is a secret all the same.
        Url::parse(url.expose_secret()).map_err(|error| Unusable(error.to_string()))?;
        let http = call::client(PATIENCE).map_err(|error| Unusable(error.to_string()))?;
        let public_url = public_url.trim_end_matches('/').to_owned();
        Ok(Self(Some(Arc::new(Inside { http, url: url.clone(), calls: calls.clone(), public_url }))))
    }

    /// Whether there is one.
    pub fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// Says something, with the page that it is about. `key` is the same at every try, for receivers that look at it (Idempotency-Key,
    /// draft-ietf-httpapi-idempotency-key-header); Slack does not, and may show a sentence twice whose answer was lost.
    ///
    /// # Errors
    /// Whether it is worth another try.
    pub async fn say(&self, text: &str, page: &str, key: &str) -> Result<(), Refusal> {
        let Some(inside) = &self.0 else { return Ok(()) };
        let body = json!({ "text": format!("{}\n{}{page}", escape(text), inside.public_url) });
        inside.calls.see(Gateway::Chat, inside.post(&body, key)).await
    }
}

impl Inside {
    async fn post(&self, body: &serde_json::Value, key: &str) -> Result<(), Refusal> {
        let sent = self.http.post(self.url.expose_secret()).header("idempotency-key", key).json(body).send().await;
        let answer = sent.map_err(|error| not_now(&call::silence(error)))?;
        let (status, after) = (answer.status(), call::pause(&answer));
        let said = call::body(answer, LONGEST).await;
        if status.is_success() {
            return said.map(drop).map_err(|silence| not_now(&silence));
        }
        let said = said.map(|said| String::from_utf8_lossy(&said).chars().take(200).collect::<String>()).unwrap_or_default();
        let why = format!("the chat answered {status}: {said}");
        match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Err(Refusal::NotNow { why, after }),
            status if status.is_client_error() => Err(Refusal::Never(why)),
            _ => Err(Refusal::NotNow { why, after }),
        }
    }
}

fn not_now(silence: &Silence) -> Refusal {
    Refusal::NotNow { why: format!("the chat: {silence}"), after: None }
}

/// The three characters with a meaning there (Slack, "Formatting text for app surfaces").
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
