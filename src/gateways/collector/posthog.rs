//! A collector that speaks PostHog's capture format.
use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::{Collector, Event, Refusal};

/// A collector that speaks PostHog's capture format: `POST {host}/batch/`.
pub struct PostHog {
    http: Client,
    batch: Url,
    key: SecretString,
}

/// Why there can be no such collector.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("the collector's address: {0}")]
    Address(String),
    #[error("the collector's client: {0}")]
    Client(#[from] reqwest::Error),
}

#[derive(Serialize)]
struct Batch<'a> {
    api_key: &'a str,
    historical_migration: bool,
    batch: &'a [Event],
}

impl PostHog {
    /// A collector at `host`, such as `https://eu.i.posthog.com`, for the project with this key.
    ///
    /// # Errors
    /// When the address is none, or no client can be made.
    pub fn new(host: &str, key: &str) -> Result<Self, Unusable> {
        Self::with_patience(host, key, Duration::from_secs(10))
    }

    /// As `new`, with another time in which the whole answer must be there.
    ///
    /// # Errors
    /// As `new`.
    pub fn with_patience(host: &str, key: &str, patience: Duration) -> Result<Self, Unusable> {
        let batch = format!("{}/batch/", host.trim_end_matches('/'));
        let batch = Url::parse(&batch).map_err(|error| Unusable::Address(error.to_string()))?;
        if !matches!(batch.scheme(), "http" | "https") {
            return Err(Unusable::Address(format!("{} is not http or https", batch.scheme())));
        }
        let http = Client::builder()
            .user_agent(concat!("backlot/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(patience.min(Duration::from_secs(3)))
            .timeout(patience)
            // The key is in the body: it must not follow where somebody points.
            .redirect(Policy::none())
            .build()?;
        Ok(Self { http, batch, key: SecretString::from(key) })
    }
}

impl Collector for PostHog {
    async fn send(&self, events: &[Event]) -> Result<(), Refusal> {
        let batch = Batch { api_key: self.key.expose_secret(), historical_migration: false, batch: events };
        let answer = self.http.post(self.batch.clone()).json(&batch).send().await.map_err(not_now)?;
        if !answer.status().is_success() {
            return Err(refused(answer).await);
        }
        // Taken only when the whole answer is here: a line that breaks half-way says nothing.
        answer.bytes().await.map_err(not_now)?;
        Ok(())
    }
}

/// Without the address: it is of no use in a row's `last_error`.
fn not_now(error: reqwest::Error) -> Refusal {
    let why = match &error {
        e if e.is_timeout() => "the collector took too long to answer".to_owned(),
        e if e.is_connect() => "the collector cannot be reached".to_owned(),
        _ => format!("the collector: {}", error.without_url()),
    };
    Refusal::NotNow { why, after: None }
}

async fn refused(answer: Response) -> Refusal {
    let status = answer.status();
    let after = answer.headers().get(RETRY_AFTER).and_then(|pause| pause.to_str().ok()?.parse().ok());
    let said: String = answer.text().await.unwrap_or_default().chars().take(300).collect();
    let why = format!("the collector answered {status}: {said}");
    match status {
        StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY => Refusal::NotThese(why),
        _ => Refusal::NotNow { why, after: after.map(Duration::from_secs) },
    }
}
