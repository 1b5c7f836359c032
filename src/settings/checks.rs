//! One setting at a time: from text to what it means, or what is wrong with it.
use super::Given;
use crate::gateways::mail::smtp::{Sender, Server};
use crate::live::Pinned;
use crate::web::machine::Platform;
use crate::web::site::Environment;
use axum::http::HeaderValue;
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::SecretString;
use sqlx::types::ipnet::IpNet;
use std::net::IpAddr;

pub(super) fn environment(given: Option<&str>, is_private: bool, problems: &mut Vec<String>) -> Environment {
    match given {
        None if is_private => Environment::Sandbox,
        None | Some("production") => Environment::Production,
        Some("sandbox") => Environment::Sandbox,
        Some("staging") => Environment::Staging,
        Some(_) => {
            problems.push("BACKLOT_ENVIRONMENT is sandbox, staging or production.".into());
            Environment::Production
        }
    }
}

pub(super) fn secret_key(text: &str, problems: &mut Vec<String>) -> Option<Vec<u8>> {
    match BASE64_STANDARD.decode(text.trim()) {
        Ok(key) if key.len() >= 32 => Some(key),
        _ => {
            problems.push("BACKLOT_SECRET_KEY is not 32 bytes or more in base64.".into());
            None
        }
    }
}

pub(super) fn proxies(text: &str, problems: &mut Vec<String>) -> Vec<IpNet> {
    let mut nets = Vec::new();
    for part in parts(text) {
        match part.parse::<IpNet>().or_else(|_| part.parse::<IpAddr>().map(IpNet::from)) {
            Ok(net) => nets.push(net),
            Err(_) => problems.push(format!("BACKLOT_TRUSTED_PROXIES: “{part}” is no address or network.")),
        }
    }
    nets
}

pub(super) fn collector(given: &Given, problems: &mut Vec<String>) -> Option<(String, SecretString)> {
    match (&given.collector_url, &given.collector_key) {
        (Some(url), Some(key)) => Some((url.clone(), SecretString::from(key.clone()))),
        (None, None) => None,
        _ => {
            problems.push("BACKLOT_COLLECTOR_URL and BACKLOT_COLLECTOR_KEY go together.".into());
            None
        }
    }
}

pub(super) fn mail(given: &Given, problems: &mut Vec<String>) -> Option<(Server, Sender)> {
    let (Some(url), Some(from)) = (&given.smtp_url, &given.mail_from) else {
        if given.smtp_url.is_some() || given.mail_from.is_some() {
            problems.push("BACKLOT_SMTP_URL and BACKLOT_MAIL_FROM go together.".into());
        }
        return None;
    };
    let server = Server::parse(url).map_err(|unusable| problems.push(format!("BACKLOT_SMTP_URL {unusable}.")));
    let sender = Sender::parse(from).map_err(|unusable| problems.push(format!("BACKLOT_MAIL_FROM {unusable}.")));
    server.ok().zip(sender.ok())
}

/// Whoever knows the address may write there: it leaves this machine only under TLS.
pub(super) fn chat(text: Option<&str>, problems: &mut Vec<String>) -> Option<SecretString> {
    let text = text?;
    let url = reqwest::Url::parse(text).ok();
    let is_safe = |url: &reqwest::Url| match url.scheme() {
        "https" => true,
        "http" => matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")),
        _ => false,
    };
    if !url.as_ref().is_some_and(is_safe) {
        problems.push("BACKLOT_ALERT_WEBHOOK_URL is no address that begins with https://.".into());
        return None;
    }
    Some(SecretString::from(text))
}

/// The shortest token: 96 bits in hexadecimal.
const SHORTEST_TOKEN: usize = 24;

pub(super) fn platform(given: &Given, problems: &mut Vec<String>) -> Platform {
    let servers = tokens("BACKLOT_PLATFORM_TOKENS", &given.platform_tokens, problems);
    let browsers = tokens("BACKLOT_BROWSER_TOKENS", &given.browser_tokens, problems);
    let origins: Vec<_> = parts(&given.platform_origins).filter_map(|origin| self::origin(origin, problems)).collect();
    if !browsers.is_empty() && origins.is_empty() {
        problems.push("BACKLOT_BROWSER_TOKENS are for pages of BACKLOT_PLATFORM_ORIGINS, which names none.".into());
    }
    Platform::new(&servers, &browsers, origins)
}

fn tokens(variable: &str, text: &str, problems: &mut Vec<String>) -> Vec<String> {
    let tokens: Vec<_> = parts(text).map(str::to_owned).collect();
    if tokens.iter().any(|token| token.len() < SHORTEST_TOKEN) {
        problems.push(format!("{variable}: a token has at least {SHORTEST_TOKEN} characters (openssl rand -hex 24)."));
    }
    tokens
}

fn origin(text: &str, problems: &mut Vec<String>) -> Option<HeaderValue> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_origin = host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '*']));
    let origin = HeaderValue::from_str(text).ok().filter(|_| is_origin);
    if origin.is_none() {
        problems.push(format!("BACKLOT_PLATFORM_ORIGINS: “{text}” is no origin such as https://studio.example."));
    }
    origin
}

pub(super) fn pinned(text: &str, problems: &mut Vec<String>) -> Pinned {
    Pinned::parse(text).unwrap_or_else(|wrong| {
        problems.extend(wrong.into_iter().map(|sentence| format!("BACKLOT_PINNED_SETTINGS: {sentence}")));
        Pinned::default()
    })
}

pub(super) fn platform_url(text: Option<&str>, problems: &mut Vec<String>) -> Option<String> {
    let url = reqwest::Url::parse(text?).ok().filter(|url| matches!(url.scheme(), "https" | "http") && url.fragment().is_none());
    if url.is_none() {
        problems.push("BACKLOT_PLATFORM_URL is no address of a page such as https://studio.example/view-as.".into());
    }
    url.map(String::from)
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}
