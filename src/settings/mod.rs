//! The environment, read once into typed settings; everything that is wrong with it is said together.
mod checks;
mod crews;
mod finby;
mod given;
mod outside;
mod world;

pub use crews::CrewSettings;
pub use finby::{FinbyGateway, FinbySettings};
pub use given::{AdminCommand, AuditCommand, Command, CommandLine, DoctorOrder, Given, Whom};
pub use outside::{Storage, Training};

use crate::gateways::mail::smtp::{Sender, Server};
use crate::live::Pinned;
use crate::web::machine::Platform;
use crate::web::site::Environment;
use secrecy::{ExposeSecret, SecretString};
use sqlx::types::ipnet::IpNet;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What serving needs, checked.
pub struct Settings {
    pub listen: SocketAddr,
    /// Empty: wherever it listens.
    pub public_url: String,
    pub environment: Environment,
    /// `None`: the private database keeps its own beside its data.
    pub secret_key: Option<Vec<u8>>,
    pub proxies: Vec<IpNet>,
    pub operator_token: Option<String>,
    pub collector: Option<(String, SecretString)>,
    /// Where alerts are told beside mail.
    pub chat: Option<SecretString>,
    pub mail: Option<(Server, Sender)>,
    /// `None`: no run of a crew can be started or stopped from here.
    pub crews: Option<CrewSettings>,
    pub finby: FinbySettings,
    pub platform: Platform,
    /// Where the platform takes over an admin who views it as a user.
    pub platform_url: Option<String>,
    /// What no page may change of the settings in the database.
    pub pinned: Pinned,
    pub connections: u32,
    pub storage: Storage,
    /// Where files are until they are whole, if a place is named.
    pub work_folder: Option<PathBuf>,
    pub training: Training,
    /// What an hour of the trainer's machine costs, in cents.
    pub hour_cents: i64,
}

/// Everything that is wrong, a line each; names what to set, never a secret's value.
#[derive(Debug, thiserror::Error)]
#[error("These settings do not work:\n{}", .0.iter().map(|problem| format!("  - {problem}")).collect::<Vec<_>>().join("\n"))]
pub struct Problems(pub Vec<String>);

impl Settings {
    /// Checks what was given.
    ///
    /// # Errors
    /// Everything that is wrong, together.
    pub fn check(given: &Given) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let is_private = given.database_url.is_none();
        let listen = given
            .listen
            .parse::<SocketAddr>()
            .map_err(|_| problems.push("BACKLOT_LISTEN is no address with a port, such as 127.0.0.1:3000.".into()));
        let listen = listen.unwrap_or_else(|()| SocketAddr::from(([127, 0, 0, 1], 3000)));
        let environment = checks::environment(given.environment.as_deref(), is_private, &mut problems);
        let (storage, training) = outside::check(given, environment, &mut problems);
        let settings = Self {
            public_url: given.public_url.as_deref().map_or_else(String::new, |url| url.trim_end_matches('/').to_owned()),
            secret_key: given.secret_key.as_deref().and_then(|text| checks::secret_key(text, &mut problems)),
            proxies: checks::proxies(&given.trusted_proxies, &mut problems),
            operator_token: given.operator_token.clone(),
            collector: checks::collector(given, &mut problems),
            chat: checks::chat(given.alert_webhook_url.as_deref(), &mut problems),
            mail: checks::mail(given, &mut problems),
            crews: crews::crews(given, environment, &mut problems),
            finby: finby::check(given, environment, &mut problems),
            platform: checks::platform(given, &mut problems),
            platform_url: checks::platform_url(given.platform_url.as_deref(), &mut problems),
            pinned: checks::pinned(&given.pinned_settings, &mut problems),
            connections: given.connections.clamp(2, 200),
            storage,
            work_folder: given.outside.work_folder.clone(),
            training,
            hour_cents: i64::from(given.outside.training_hour_cents),
            listen,
            environment,
        };
        settings.check_world(given, is_private, &mut problems);
        if problems.is_empty() { Ok(settings) } else { Err(Problems(problems)) }
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let collector = self.collector.as_ref().map(|(url, key)| (url, key.expose_secret().len()));
        out.debug_struct("Settings")
            .field("listen", &self.listen)
            .field("environment", &self.environment)
            .field("collector", &collector)
            .field("mail", &self.mail)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
