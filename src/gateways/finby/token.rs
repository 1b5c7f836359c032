//! The bearer token: fetched by one call for all who wait, renewed before it ends (RFC 6749, 4.4; it lasts half an hour).
use super::GatewayError;
use super::access::Access;
use super::answer::{Answer, send};
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// So long before its end a token is renewed.
const EARLY: Duration = Duration::from_secs(120);

/// The token that is good now.
#[derive(Default)]
pub struct Tokens(Mutex<Option<(SecretString, Instant)>>);

impl Tokens {
    /// A token that is good for a while.
    ///
    /// # Errors
    /// `Auth` when the gateway does not know us, or why it could not be asked: nothing else happened.
    pub async fn get(&self, http: &Client, access: &Access) -> Result<SecretString, GatewayError> {
        let mut held = self.0.lock().await;
        if let Some((token, good_until)) = held.as_ref()
            && *good_until > Instant::now()
        {
            return Ok(token.clone());
        }
        let asked = http
            .post(access.rest("/api/oauth2/token"))
            .basic_auth(&access.project, Some(access.secret.expose_secret()))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials");
        let answer = send(asked).await.map_err(harmless)?;
        let (token, lasts) = read(&answer)?;
        *held = Some((token.clone(), Instant::now() + lasts.saturating_sub(EARLY)));
        Ok(token)
    }

    /// Forgets a token that is not taken any more.
    pub async fn forget(&self) {
        *self.0.lock().await = None;
    }
}

/// Asking for a token moves no money, whatever becomes of it.
fn harmless(error: GatewayError) -> GatewayError {
    match error {
        GatewayError::Uncertain(why) => GatewayError::NeverSent(why),
        other => other,
    }
}

/// Its errors come as a result, with the token left out, and not always with a status of their own.
fn read(answer: &Answer) -> Result<(SecretString, Duration), GatewayError> {
    let token = answer.body.get("access_token").and_then(Value::as_str).filter(|token| !token.is_empty());
    match token {
        Some(token) if answer.status.is_success() => {
            let seconds = answer.body.get("expires_in").and_then(Value::as_u64).unwrap_or(0);
            Ok((token.into(), Duration::from_secs(seconds)))
        }
        _ if answer.status.is_server_error() => Err(GatewayError::NeverSent(format!("its door answers {}", answer.status))),
        _ => Err(GatewayError::Auth(answer.told())),
    }
}
