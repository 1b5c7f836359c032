//! The client that speaks to crews' hosts.
use super::wire::{Status, first, short, text};
use super::{Callback, Crew, CrewError, Kickoff, Phase, Stopping, WorkflowRunner};
use crate::gateways::call::{Silence, body, client, pause, silence};
use async_trait::async_trait;
use reqwest::{Client, Method, RequestBuilder, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

/// The longest answer that is read, in bytes: the result of a run may be a whole script.
const LONGEST: usize = 4 << 20;

/// The hosts of all crews.
pub struct Hosts {
    http: Client,
    crews: HashMap<String, (Url, SecretString)>,
    callback: Option<Callback>,
}

/// A whole answer.
struct Answer {
    status: StatusCode,
    after: Option<Duration>,
    body: Vec<u8>,
}

impl Hosts {
    /// Hosts that are given three seconds to be reached and fifteen for the whole answer.
    ///
    /// # Errors
    /// `Protocol` when an address is none, or there can be no client.
    pub fn new(crews: &[Crew], callback: Option<&Callback>) -> Result<Self, CrewError> {
        Self::with_patience(crews, callback, Duration::from_secs(15))
    }

    /// As `new`, with another time for the whole answer.
    ///
    /// # Errors
    /// As `new`.
    pub fn with_patience(crews: &[Crew], callback: Option<&Callback>, patience: Duration) -> Result<Self, CrewError> {
        let unusable = |error: &dyn std::fmt::Display| CrewError::Protocol(error.to_string());
        let http = client(patience).map_err(|error| unusable(&error))?;
        let known = crews.iter().map(|crew| {
            let url = Url::parse(&crew.url).map_err(|error| unusable(&error))?;
            if url.cannot_be_a_base() || !matches!(url.scheme(), "http" | "https") {
                return Err(CrewError::Protocol(format!("{} is no address of a host", crew.name)));
            }
            Ok((crew.name.clone(), (url, crew.token.clone())))
        });
        Ok(Self { http, crews: known.collect::<Result<_, _>>()?, callback: callback.cloned() })
    }

    fn request(&self, method: Method, crew: &str, path: &[&str]) -> Result<RequestBuilder, CrewError> {
        let (base, token) = self.crews.get(crew).ok_or_else(|| CrewError::NoHost(crew.to_owned()))?;
        let mut url = base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            // Each segment is escaped: an id that came from elsewhere stays one.
            segments.pop_if_empty().extend(path);
        }
        Ok(self.http.request(method, url).bearer_auth(token.expose_secret()))
    }

    async fn ask_status(&self, crew: &str, path: &[&str]) -> Result<Option<Status>, CrewError> {
        let answer = send(self.request(Method::GET, crew, path)?).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let body = answer.json()?;
        Status::read(&body).map(Some).ok_or_else(|| CrewError::Protocol("the status does not say how the run is".into()))
    }

    fn webhooks(&self) -> Value {
        // The older `crewWebhookUrl` and its like carry no proof of who sends: only this form does.
        self.callback.as_ref().map_or(Value::Null, |callback| {
            json!({
                "events": ["crew_kickoff_started", "task_started", "task_completed", "crew_kickoff_completed", "crew_kickoff_failed"],
                "url": callback.url,
                "realtime": false,
                "authentication": { "strategy": "bearer", "token": callback.token.expose_secret() },
            })
        })
    }
}

#[async_trait]
impl WorkflowRunner for Hosts {
    fn knows(&self, crew: &str) -> bool {
        self.crews.contains_key(crew)
    }

    async fn inputs(&self, crew: &str) -> Result<Vec<String>, CrewError> {
        let body = send(self.request(Method::GET, crew, &["inputs"])?).await?.json()?;
        let names = first(&body, &["inputs"]).and_then(Value::as_array);
        let names = names.ok_or_else(|| CrewError::Protocol("the inputs are not named".into()))?;
        Ok(names.iter().filter_map(text).map(|name| short(&name, 200)).collect())
    }

    async fn kickoff(&self, crew: &str, kickoff: &Kickoff) -> Result<String, CrewError> {
        let mut asked = json!({ "inputs": kickoff.inputs, "meta": kickoff.meta });
        if self.callback.is_some() {
            asked["webhooks"] = self.webhooks();
        }
        let answer = send(self.request(Method::POST, crew, &["kickoff"])?.json(&asked)).await?;
        // It said yes: what cannot be read of it has been started nevertheless.
        let started = |why: &str| CrewError::Uncertain(format!("the crew's host took the kickoff, but {why}"));
        if !answer.status.is_success() {
            return Err(answer.refusal());
        }
        let body: Value = serde_json::from_slice(&answer.body).map_err(|_| started("its answer cannot be read"))?;
        let id = first(&body, &["kickoff_id", "kickoffId", "execution_id"]).and_then(text).filter(|id| id.len() <= 200);
        id.ok_or_else(|| started("its answer names no id"))
    }

    async fn status(&self, crew: &str, run: &str) -> Result<Status, CrewError> {
        // Hosts of 2025 and 2026 answer at the second path only.
        let found = match self.ask_status(crew, &["status", run]).await? {
            Some(found) if found.phase != Phase::NotFound => Some(found),
            _ => self.ask_status(crew, &[run, "status"]).await?,
        };
        Ok(found.unwrap_or_else(Status::not_found))
    }

    async fn stop(&self, crew: &str, run: &str) -> Result<Stopping, CrewError> {
        let answer = send(self.request(Method::POST, crew, &["stop", run])?).await?;
        match answer.status {
            status if status.is_success() => Ok(Stopping::Stopped),
            // "Cannot stop execution. Current state: SUCCESS"
            StatusCode::BAD_REQUEST => Ok(Stopping::TooLate(answer.said())),
            _ => Err(answer.refusal()),
        }
    }
}

/// Sends it, and reads the whole answer.
async fn send(request: RequestBuilder) -> Result<Answer, CrewError> {
    let response = request.send().await.map_err(|error| lost(silence(error)))?;
    let (status, after) = (response.status(), pause(&response));
    let body = body(response, LONGEST).await.map_err(lost)?;
    Ok(Answer { status, after, body })
}

fn lost(silence: Silence) -> CrewError {
    match silence {
        Silence::NeverSent(why) => CrewError::NeverSent(why),
        other => CrewError::Uncertain(format!("the crew's host: {other}")),
    }
}

impl Answer {
    fn json(&self) -> Result<Value, CrewError> {
        if !self.status.is_success() {
            return Err(self.refusal());
        }
        serde_json::from_slice(&self.body).map_err(|_| CrewError::Protocol("it is not JSON".into()))
    }

    /// What the answer says, if it says anything.
    fn said(&self) -> String {
        let told: Option<Value> = serde_json::from_slice(&self.body).ok();
        let sentence = told.as_ref().and_then(|told| first(told, &["error", "message", "detail", "details"])).and_then(text);
        short(&sentence.unwrap_or_else(|| String::from_utf8_lossy(&self.body).into_owned()), 500)
    }

    fn missing(&self) -> Vec<String> {
        let told: Option<Value> = serde_json::from_slice(&self.body).ok();
        let details = told.as_ref().map(|told| first(told, &["details", "detail"]).unwrap_or(told));
        let names = details.and_then(|details| first(details, &["missing_inputs"])).and_then(Value::as_array);
        names.map(|names| names.iter().take(20).filter_map(text).map(|name| short(&name, 100)).collect()).unwrap_or_default()
    }

    fn refusal(&self) -> CrewError {
        match self.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => CrewError::Auth(self.status.as_u16()),
            StatusCode::TOO_MANY_REQUESTS => CrewError::Throttled { after: self.after },
            status if status.is_server_error() => CrewError::Uncertain(format!("the crew's host answered {status}: {}", self.said())),
            status if status.is_client_error() => {
                CrewError::Rejected { status: status.as_u16(), said: self.said(), missing: self.missing() }
            }
            status => CrewError::Protocol(format!("it answered {status}")),
        }
    }
}
