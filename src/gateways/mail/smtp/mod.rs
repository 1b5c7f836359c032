//! Letters through a mail server, by SMTP (RFC 5321).
mod message;
mod server;

pub use server::{Sender, Server, Unusable};

use super::{Carrier, Envelope, Refusal};
use async_trait::async_trait;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, response::Severity};
use message::Letterhead;
use reqwest::Url;
use server::Way;
use std::error::Error as _;
use std::time::Duration;
use tokio::time::timeout;

/// How long the server may take to let us in: line, TLS and password.
const ENTERING: Duration = Duration::from_secs(10);
/// How long it may take over a letter. Some look for viruses before they say yes, and who gives up too early sends twice
/// (RFC 5321, 4.5.3.2.6).
const HANDING_OVER: Duration = Duration::from_secs(40);
/// How long we wait for a goodbye. The letter is taken by then.
const LEAVING: Duration = Duration::from_secs(1);
const LATE: &str = "the mail server took too long";

/// A carrier that speaks SMTP: a line of its own for each letter, so that one that is cut off leaves nothing half said behind.
pub struct Smtp {
    server: Server,
    head: Letterhead,
    tls: TlsParameters,
    entering: Duration,
    handing_over: Duration,
}

impl Smtp {
    /// Through a server, from a sender. The host of `public_url` names us to the server and makes the letters' ids unique.
    ///
    /// # Errors
    /// When the address has no host, or this machine's certificates cannot be read.
    pub fn new(server: Server, from: Sender, public_url: &str) -> Result<Self, Unusable> {
        let name = name(public_url).ok_or_else(|| Unusable(format!("{public_url} is no address with a host")))?;
        let tls = TlsParameters::new(server.host.clone()).map_err(|error| Unusable(format!("no TLS to the mail server: {error}")))?;
        Ok(Self { server, head: Letterhead { from, name }, tls, entering: ENTERING, handing_over: HANDING_OVER })
    }

    /// With other times in which the server must let us in and take a letter.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { entering: patience, handing_over: patience, ..self }
    }

    async fn enter(&self) -> Result<AsyncSmtpConnection, Error> {
        let Server { host, port, way, credentials } = &self.server;
        let tls = (*way == Way::Tls).then(|| self.tls.clone());
        let mut line = AsyncSmtpConnection::connect_tokio1((host.as_str(), *port), None, &self.head.name, tls, None).await?;
        if *way == Way::StartTls {
            line.starttls(self.tls.clone(), &self.head.name).await?;
        }
        if let Some(credentials) = credentials {
            line.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(line)
    }
}

#[async_trait]
impl Carrier for Smtp {
    async fn carry(&self, letter: &Envelope) -> Result<(), Refusal> {
        let message = message::write(letter, &self.head)?;
        // Whoever is not let in has said nothing of this letter yet: whatever the reason, it is not the letter.
        let late = |_| Refusal::NotNow { why: LATE.into(), after: None };
        let mut line = timeout(self.entering, self.enter()).await.map_err(late)?.map_err(not_now)?;
        let unheard = |_| Refusal::Unheard(LATE.into());
        let bytes = message.formatted();
        timeout(self.handing_over, line.send(message.envelope(), &bytes)).await.map_err(unheard)?.map_err(refused)?;
        let _ = timeout(LEAVING, line.quit()).await;
        Ok(())
    }
}

/// `backlot.example` of `https://backlot.example`; an address of numbers as mail writes it, in brackets.
fn name(public_url: &str) -> Option<ClientId> {
    let url = Url::parse(public_url).ok()?;
    let host = url.host_str()?.trim_start_matches('[').trim_end_matches(']');
    let number = host.parse().map(ClientId::Ipv4).or_else(|_| host.parse().map(ClientId::Ipv6));
    Some(number.unwrap_or_else(|_| ClientId::Domain(host.to_owned())))
}

fn not_now(error: Error) -> Refusal {
    Refusal::NotNow { why: words(&error), after: None }
}

/// A refusal for good is about the letter, unless it is about us: 530, 534, 535 and 538 ask who we are (RFC 4954).
fn refused(error: Error) -> Refusal {
    let about_us = |code: u16| matches!(code, 530 | 534 | 535 | 538);
    match error.status() {
        Some(code) if code.severity == Severity::PermanentNegativeCompletion && !about_us(code.into()) => Refusal::NotThis(words(&error)),
        // What this server cannot carry: an address outside ASCII.
        None if error.is_client() => Refusal::NotThis(words(&error)),
        Some(_) => not_now(error),
        // The line broke, or what was said makes no sense: the letter may have gone before.
        None => Refusal::Unheard(words(&error)),
    }
}

fn words(error: &Error) -> String {
    let said: String = error.source().map(ToString::to_string).unwrap_or_default().chars().take(300).collect();
    match error.status() {
        Some(code) => format!("the mail server answered {code}: {said}"),
        None if said.is_empty() => format!("the mail server: {error}"),
        None => format!("the mail server: {said}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_named_after_the_host_of_the_site() {
        let named = |url: &str| name(url).map(|name| name.to_string());
        assert_eq!(named("https://backlot.example:8443"), Some("backlot.example".into()));
        assert_eq!(named("https://bücher.example"), Some("xn--bcher-kva.example".into()));
        assert_eq!(named("http://127.0.0.1:3000"), Some("[127.0.0.1]".into()));
        assert_eq!(named("http://[::1]:3000"), Some("[IPv6:::1]".into()));
        assert_eq!(named("backlot.example"), None);
    }
}
