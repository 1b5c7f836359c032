//! What is needed to speak to the gateway, and whether it can be meant.
use super::Mode;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

/// What is needed to speak to the gateway.
#[derive(Clone, Debug)]
pub struct Access {
    pub mode: Mode,
    pub rest: Url,
    pub mapi: Url,
    /// The project, also MAPI5's account.
    pub project: String,
    pub secret: SecretString,
}

/// Why a gateway cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("in {mode} the gateway is not at {host}")]
    Place { mode: &'static str, host: String },
    #[error("outside the sandbox the gateway is spoken to over https only")]
    Plain,
    #[error("there is no project or no secret for the gateway: it is never replaced by a stand-in")]
    Keys,
    #[error("no client can be made: {0}")]
    Client(#[from] reqwest::Error),
}

impl Access {
    /// Whether this can be meant: the sandbox is on this machine, nothing else is, and real money never meets a test host.
    ///
    /// # Errors
    /// What contradicts itself.
    pub fn check(&self) -> Result<(), Unusable> {
        if self.project.is_empty() || self.secret.expose_secret().is_empty() {
            return Err(Unusable::Keys);
        }
        for url in [&self.rest, &self.mapi] {
            let host = url.host_str().unwrap_or_default().to_owned();
            let is_here = matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]");
            let is_test = host.contains("test") || host.contains("playground");
            if (self.mode == Mode::Sandbox) != is_here || (self.mode == Mode::Live && is_test) {
                return Err(Unusable::Place { mode: self.mode.code(), host });
            }
            if self.mode != Mode::Sandbox && url.scheme() != "https" {
                return Err(Unusable::Plain);
            }
        }
        Ok(())
    }

    pub(super) fn rest(&self, path: &str) -> Url {
        with_path(&self.rest, path)
    }

    pub(super) fn mapi(&self, path: &str) -> Url {
        with_path(&self.mapi, path)
    }
}

fn with_path(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url
}
