//! Replicate's trainings over HTTP (Replicate, "HTTP API": trainings.create, .get, .list, .cancel).
use super::{Order, State, Training, TrainingError, TrainingService};
use crate::gateways::call::{self, Silence};
use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::{Client, Method, RequestBuilder, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// The longest answer, in bytes: all of a training's log is in it.
const LONGEST: usize = 16 << 20;
/// How many pages of trainings are looked through for one whose answer was lost.
const PAGES: usize = 5;
/// Where our own id of an attempt stands in its input.
pub const REFERENCE: &str = "backlot_training";

/// How the service is reached, and what it trains with.
#[derive(Clone)]
pub struct Access {
    /// What `lora_trainings.provider` calls it.
    pub name: &'static str,
    pub url: String,
    pub token: SecretString,
    /// The trainer, as `owner/model:version`.
    pub trainer: String,
    /// The model that the service files the results under, as `owner/model`.
    pub destination: String,
    /// Where it tells that something has changed; `None`: it is only looked at.
    pub webhook: Option<String>,
    /// How long a call may take.
    pub patience: Duration,
}

/// Why there can be no such service.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("the training service's address: {0}")]
    Address(String),
    #[error("the trainer is not written as owner/model:version")]
    Trainer,
    #[error("the training service's client: {0}")]
    Client(#[from] reqwest::Error),
}

/// The service.
pub struct Replicate {
    http: Client,
    base: Url,
    access: Access,
}

#[derive(Deserialize)]
struct Told {
    id: String,
    status: String,
    #[serde(default)]
    input: Value,
    #[serde(default)]
    logs: Option<String>,
    #[serde(default)]
    error: Option<Value>,
    #[serde(default)]
    metrics: Option<Metrics>,
    #[serde(default)]
    started_at: Option<Timestamp>,
    #[serde(default)]
    completed_at: Option<Timestamp>,
}

#[derive(Default, Deserialize)]
struct Metrics {
    #[serde(default)]
    predict_time: Option<f64>,
}

#[derive(Deserialize)]
struct Listed {
    results: Vec<Told>,
    #[serde(default)]
    next: Option<String>,
}

impl Access {
    /// Whether it can be one, without a call: the service's address.
    ///
    /// # Errors
    /// When the address is none, or the trainer's name is none.
    pub fn check(&self) -> Result<Url, Unusable> {
        let base = Url::parse(&self.url).map_err(|error| Unusable::Address(error.to_string()))?;
        if !matches!(base.scheme(), "http" | "https") || base.cannot_be_a_base() {
            return Err(Unusable::Address("it is not http or https".into()));
        }
        split(&self.trainer).ok_or(Unusable::Trainer)?;
        Ok(base)
    }
}

impl Replicate {
    /// The service at an address.
    ///
    /// # Errors
    /// When the address is none, or the trainer's name is none.
    pub fn new(access: Access) -> Result<Self, Unusable> {
        let base = access.check()?;
        Ok(Self { http: call::client(access.patience)?, base, access })
    }

    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut address = self.base.clone();
        if let Ok(mut parts) = address.path_segments_mut() {
            parts.pop_if_empty().push("v1").extend(path);
        }
        self.at(method, address)
    }

    fn at(&self, method: Method, address: Url) -> RequestBuilder {
        self.http.request(method, address).bearer_auth(self.access.token.expose_secret())
    }

    fn body(&self, order: &Order) -> Value {
        let mut input = order.input.clone();
        input.insert(REFERENCE.into(), json!(order.reference));
        let mut body = json!({ "destination": self.access.destination, "input": input });
        if let Some(webhook) = &self.access.webhook {
            body["webhook"] = json!(webhook);
            // Its log is read when it is looked at: each line would be a message.
            body["webhook_events_filter"] = json!(["start", "completed"]);
        }
        body
    }
}

/// `owner/model:version`, in its parts.
fn split(trainer: &str) -> Option<(&str, &str, &str)> {
    let (name, version) = trainer.split_once(':')?;
    let (owner, model) = name.split_once('/')?;
    let all = [owner, model, version];
    all.iter().all(|part| !part.is_empty() && !part.contains(['/', ':', '?', '#'])).then_some((owner, model, version))
}

fn silent(silence: Silence) -> TrainingError {
    match silence {
        Silence::NeverSent(why) => TrainingError::NeverSent(why),
        Silence::Lost(why) => TrainingError::Uncertain(why),
        Silence::TooLong(_) => TrainingError::Protocol(silence.to_string()),
    }
}

async fn ask<T: for<'a> Deserialize<'a>>(request: RequestBuilder) -> Result<T, TrainingError> {
    let answer = request.send().await.map_err(|error| silent(call::silence(error)))?;
    let (status, pause) = (answer.status(), call::pause(&answer));
    let bytes = call::body(answer, LONGEST).await.map_err(silent)?;
    if status.is_success() {
        return serde_json::from_slice(&bytes).map_err(|error| TrainingError::Protocol(error.to_string()));
    }
    Err(match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => TrainingError::Auth(status.as_u16()),
        StatusCode::NOT_FOUND => TrainingError::NotFound,
        StatusCode::TOO_MANY_REQUESTS => TrainingError::Throttled(pause),
        status if status.is_client_error() => TrainingError::Rejected { status: status.as_u16(), why: detail(&bytes) },
        status => TrainingError::Uncertain(format!("it answered {status}")),
    })
}

/// What a refusal says (RFC 9457 calls it `detail`, and so does Replicate).
fn detail(bytes: &[u8]) -> String {
    let told = serde_json::from_slice::<Value>(bytes).ok();
    let said = told.as_ref().and_then(|told| told.get("detail").or_else(|| told.get("title"))).and_then(Value::as_str);
    said.unwrap_or("it does not say why").chars().take(500).collect()
}

fn training(told: Told) -> Result<Training, TrainingError> {
    let state = State::parse(&told.status).ok_or_else(|| TrainingError::Protocol(format!("“{}” is no state known here", told.status)))?;
    let error = told.error.and_then(|error| match error {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    });
    Ok(Training {
        id: told.id,
        state,
        reference: told.input.get(REFERENCE).and_then(Value::as_str).and_then(|text| text.parse().ok()),
        logs: told.logs.unwrap_or_default(),
        error,
        seconds: told.metrics.and_then(|metrics| metrics.predict_time).unwrap_or_default(),
        started_at: told.started_at,
        completed_at: told.completed_at,
    })
}

#[async_trait]
impl TrainingService for Replicate {
    fn name(&self) -> &'static str {
        self.access.name
    }

    async fn create(&self, order: &Order) -> Result<Training, TrainingError> {
        let (owner, model, version) = split(&self.access.trainer).unwrap_or_default();
        let request = self.request(Method::POST, &["models", owner, model, "versions", version, "trainings"]);
        match ask(request.json(&self.body(order))).await {
            // Not the training, but the trainer or the destination is missing.
            Err(TrainingError::NotFound) => {
                Err(TrainingError::Rejected { status: 404, why: "there is no such trainer or destination".into() })
            }
            other => training(other?),
        }
    }

    async fn get(&self, id: &str) -> Result<Training, TrainingError> {
        training(ask(self.request(Method::GET, &["trainings", id])).await?)
    }

    async fn find(&self, reference: Uuid) -> Result<Option<Training>, TrainingError> {
        let mut request = self.request(Method::GET, &["trainings"]);
        for _ in 0..PAGES {
            let page: Listed = ask(request).await?;
            let wanted = reference.to_string();
            let found = page.results.into_iter().find(|told| told.input.get(REFERENCE).and_then(Value::as_str) == Some(wanted.as_str()));
            if let Some(found) = found {
                return training(found).map(Some);
            }
            // Only a page of the same service: the token goes nowhere else.
            let next = page.next.and_then(|next| self.base.join(&next).ok()).filter(|next| next.origin() == self.base.origin());
            let Some(next) = next else { break };
            request = self.at(Method::GET, next);
        }
        Ok(None)
    }

    async fn cancel(&self, id: &str) -> Result<Training, TrainingError> {
        training(ask(self.request(Method::POST, &["trainings", id, "cancel"])).await?)
    }
}
