//! Which crews may be started: none, the sandbox's, or real ones with their hosts and tokens. Nothing falls back to anything.
use super::Given;
use crate::gateways::crewai::{Crew, Mode};
use crate::web::site::Environment;
use secrecy::SecretString;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The shortest token that hosts may show us: 96 bits in hexadecimal.
const SHORTEST: usize = 24;

/// The crews that may be started.
#[derive(Clone, Debug)]
pub struct CrewSettings {
    pub mode: Mode,
    /// In the sandbox there are none: it brings its own.
    pub crews: Vec<Crew>,
    pub webhook_token: Option<SecretString>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    url: String,
    token: String,
}

pub(super) fn crews(given: &Given, environment: Environment, problems: &mut Vec<String>) -> Option<CrewSettings> {
    let names_crews = !given.crewai_crews.trim().is_empty();
    let sandbox = CrewSettings { mode: Mode::Sandbox, crews: Vec::new(), webhook_token: None };
    match given.crewai_mode.as_deref() {
        None if names_crews => {
            problems.push("BACKLOT_CREWAI_CREWS is set: say BACKLOT_CREWAI_MODE=live if these are real.".into());
            None
        }
        None => (environment == Environment::Sandbox).then_some(sandbox),
        Some("sandbox") => {
            if environment == Environment::Production {
                problems.push("BACKLOT_CREWAI_MODE=sandbox: nothing in production may only seem to work.".into());
            }
            if names_crews {
                problems.push("BACKLOT_CREWAI_MODE=sandbox brings crews of its own: leave BACKLOT_CREWAI_CREWS empty.".into());
            }
            Some(sandbox)
        }
        Some("live") => live(given, environment, problems),
        Some(_) => {
            problems.push("BACKLOT_CREWAI_MODE is sandbox or live.".into());
            None
        }
    }
}

fn live(given: &Given, environment: Environment, problems: &mut Vec<String>) -> Option<CrewSettings> {
    if environment == Environment::Sandbox {
        problems.push("BACKLOT_CREWAI_MODE=live: the sandbox must not start real crews.".into());
    }
    if !given.public_url.as_deref().is_some_and(|url| url.starts_with("https://")) {
        problems.push("BACKLOT_PUBLIC_URL must begin with https:// with BACKLOT_CREWAI_MODE=live: crews' hosts report there.".into());
    }
    let token = given.crewai_webhook_token.as_deref().filter(|token| token.len() >= SHORTEST);
    if token.is_none() {
        problems.push(format!("BACKLOT_CREWAI_WEBHOOK_TOKEN is missing or shorter than {SHORTEST} characters (openssl rand -hex 24)."));
    }
    // The error would quote what it stumbled over, and that may be a token.
    let named: BTreeMap<String, Named> = serde_json::from_str(&given.crewai_crews).unwrap_or_default();
    if named.is_empty() {
        problems.push(r#"BACKLOT_CREWAI_CREWS names no crew, as {"storyboard": {"url": "https://….crewai.com", "token": "…"}}."#.into());
    }
    let crews = named.into_iter().map(|(name, crew)| {
        problems.extend(wrong(&name, &crew));
        Crew { name, url: crew.url, token: SecretString::from(crew.token) }
    });
    Some(CrewSettings { mode: Mode::Live, crews: crews.collect(), webhook_token: token.map(|token| SecretString::from(token.to_owned())) })
}

/// What is wrong with a crew; never its token.
fn wrong(name: &str, crew: &Named) -> Option<String> {
    let place = format!("BACKLOT_CREWAI_CREWS: “{name}”");
    let authority = crew.url.strip_prefix("https://").map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    match authority {
        None | Some("") => Some(format!("{place} has no address that begins with https://.")),
        Some(host) if host.starts_with("localhost") || host.starts_with("127.") || host.starts_with('[') => {
            Some(format!("{place} is on this machine: real crews are not."))
        }
        Some(host) if host.contains('@') => Some(format!("{place}: the token goes into “token”, not into the address.")),
        Some(_) if crew.token.trim().len() < 8 || crew.token.chars().any(|letter| !letter.is_ascii_graphic()) => {
            Some(format!("{place} has no token that could be one."))
        }
        Some(_) => None,
    }
}
