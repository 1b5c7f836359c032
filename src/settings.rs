//! The environment, read once into typed settings; everything that is wrong with it is said together.
use crate::web::site::Environment;
use base64::{Engine, prelude::BASE64_STANDARD};
use clap::{Args, Parser, Subcommand};
use secrecy::{ExposeSecret, SecretString};
use sqlx::types::ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// The back office of an AI studio.
#[derive(Parser)]
#[command(version, about)]
pub struct CommandLine {
    #[command(flatten)]
    pub given: Given,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What Backlot can be asked to do.
#[derive(Subcommand)]
pub enum Command {
    /// Serves the back office (the default)
    Serve,
    /// Makes roles and tables, or brings them up to date
    Migrate,
    /// Looks after admin accounts when nobody can sign in
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Looks after the audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Prints the address of the private database, for psql and for checking SQL while compiling
    DatabaseUrl {
        /// Whose: owner, app, reader, viewer or sealer
        #[arg(default_value = "owner")]
        role: String,
    },
    /// Runs PostgreSQL for Backlot
    #[command(hide = true)]
    KeepPostgres(crate::database::cluster::KeepPostgres),
}

#[derive(Subcommand)]
pub enum AdminCommand {
    /// Makes the first super admin and prints a one-time link; refuses when there is one
    Bootstrap {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
    },
    /// Lists every admin with role, status and second factors
    List,
    /// Invites somebody and prints a one-time link
    Invite {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        /// super_admin, support_admin, operations_admin, data_admin or billing_admin
        #[arg(long)]
        role: String,
    },
    /// Signs somebody out and keeps them out
    Disable(Whom),
    /// Takes somebody's second factors away: they set one up when they sign in next
    ResetMfa(Whom),
    /// Makes somebody a super admin
    Promote(Whom),
}

/// Whom it is done to, and why.
#[derive(Args)]
pub struct Whom {
    /// The e-mail address
    pub email: String,
    /// For the record
    #[arg(long)]
    pub reason: String,
}

#[derive(Subcommand)]
pub enum AuditCommand {
    /// Rebuilds every hash, seal and signature, and names what is wrong
    Verify,
    /// Begins a new epoch after the database was restored into another server
    NewEpoch {
        /// Why, for the record
        #[arg(long)]
        reason: String,
    },
}

/// The variables as they are given.
#[derive(Args, Clone)]
pub struct Given {
    /// The database of the server's own role, `backlot_app`; not set: a private one is found or fetched and run
    #[arg(long, env = "BACKLOT_DATABASE_URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,
    /// The same for `backlot_reader`; not set: the server's, with that role and the same password
    #[arg(long, env = "BACKLOT_READER_DATABASE_URL", global = true, hide_env_values = true)]
    pub reader_database_url: Option<String>,
    /// The same for `backlot_sealer`
    #[arg(long, env = "BACKLOT_SEALER_DATABASE_URL", global = true, hide_env_values = true)]
    pub sealer_database_url: Option<String>,
    /// The owner's, for `migrate` only; may create roles the first time
    #[arg(long, env = "BACKLOT_OWNER_DATABASE_URL", global = true, hide_env_values = true)]
    pub owner_database_url: Option<String>,
    /// Where the private database and its keys live
    #[arg(long, env = "BACKLOT_DATA", global = true)]
    pub data: Option<PathBuf>,
    /// PostgreSQL's programs, for the private database
    #[arg(long, env = "PG_BIN", global = true)]
    pub pg_bin: Option<PathBuf>,
    /// Where to listen
    #[arg(long, env = "BACKLOT_LISTEN", default_value = "127.0.0.1:3000", global = true)]
    pub listen: String,
    /// Where people reach it; `https://` makes cookies secure
    #[arg(long, env = "BACKLOT_PUBLIC_URL", global = true)]
    pub public_url: Option<String>,
    /// sandbox, staging or production; not set: sandbox with the private database, else production
    #[arg(long, env = "BACKLOT_ENVIRONMENT", global = true)]
    pub environment: Option<String>,
    /// 32 bytes or more in base64: seals second factors and proves forms; the same on every instance
    #[arg(long, env = "BACKLOT_SECRET_KEY", global = true, hide_env_values = true)]
    pub secret_key: Option<String>,
    /// The file with the key that signs the audit log; made when it is missing
    #[arg(long, env = "BACKLOT_AUDIT_KEY_FILE", global = true)]
    pub audit_key_file: Option<PathBuf>,
    /// The file, outside the database, that every seal of the audit log is appended to
    #[arg(long, env = "BACKLOT_AUDIT_ANCHOR_FILE", global = true)]
    pub audit_anchor_file: Option<PathBuf>,
    /// Networks whose `X-Forwarded-For` is believed, separated by commas
    #[arg(long, env = "BACKLOT_TRUSTED_PROXIES", default_value = "", global = true)]
    pub trusted_proxies: String,
    /// Lets another machine read `/metrics` and `/readyz` as a bearer token
    #[arg(long, env = "BACKLOT_OPERATOR_TOKEN", global = true, hide_env_values = true)]
    pub operator_token: Option<String>,
    /// Where analytics events go (PostHog's capture format); not set: they stay in the outbox
    #[arg(long, env = "BACKLOT_COLLECTOR_URL", global = true)]
    pub collector_url: Option<String>,
    /// The collector's project key
    #[arg(long, env = "BACKLOT_COLLECTOR_KEY", global = true, hide_env_values = true)]
    pub collector_key: Option<String>,
    /// Connections to the database, of each role
    #[arg(long, env = "BACKLOT_CONNECTIONS", default_value_t = 12, global = true)]
    pub connections: u32,
    /// What is logged, as `info` or `backlot=debug,sqlx=warn`
    #[arg(long, env = "BACKLOT_LOG", default_value = "warn,backlot=info", global = true)]
    pub log: String,
    /// text or json
    #[arg(long, env = "BACKLOT_LOG_FORMAT", default_value = "text", global = true)]
    pub log_format: String,
    /// How many people the demo studio has
    #[arg(long, env = "BACKLOT_DEMO_USERS", default_value_t = 5_000, global = true)]
    pub demo_users: u32,
}

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
    pub connections: u32,
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
        let environment = environment(given.environment.as_deref(), is_private, &mut problems);
        let settings = Self {
            public_url: given.public_url.as_deref().map_or_else(String::new, |url| url.trim_end_matches('/').to_owned()),
            secret_key: given.secret_key.as_deref().and_then(|text| secret_key(text, &mut problems)),
            proxies: proxies(&given.trusted_proxies, &mut problems),
            operator_token: given.operator_token.clone(),
            collector: collector(given, &mut problems),
            connections: given.connections.clamp(2, 200),
            listen,
            environment,
        };
        settings.check_world(given, is_private, &mut problems);
        if problems.is_empty() { Ok(settings) } else { Err(Problems(problems)) }
    }

    fn check_world(&self, given: &Given, is_private: bool, problems: &mut Vec<String>) {
        if self.environment == Environment::Sandbox {
            if !is_private {
                problems.push("BACKLOT_ENVIRONMENT=sandbox is for the private database only; BACKLOT_DATABASE_URL names another.".into());
            }
            if !self.listen.ip().is_loopback() {
                problems.push(
                    "The sandbox prints sign-in links: BACKLOT_LISTEN must be an address of this machine only, such as 127.0.0.1:3000."
                        .into(),
                );
            }
            if given.collector_url.is_some() {
                problems.push("BACKLOT_COLLECTOR_URL is set: the sandbox must not send made-up events to a real collector.".into());
            }
            return;
        }
        if is_private {
            problems.push("BACKLOT_DATABASE_URL is not set: staging and production need a database of their own.".into());
        }
        if self.secret_key.is_none() && given.secret_key.is_none() {
            problems.push("BACKLOT_SECRET_KEY is not set (make one with: openssl rand -base64 32).".into());
        }
        for (name, file) in [("BACKLOT_AUDIT_KEY_FILE", &given.audit_key_file), ("BACKLOT_AUDIT_ANCHOR_FILE", &given.audit_anchor_file)] {
            if file.is_none() {
                problems.push(format!("{name} is not set: the audit log is signed and anchored outside the database."));
            }
        }
        if self.environment == Environment::Production && !self.public_url.starts_with("https://") {
            problems.push("BACKLOT_PUBLIC_URL must begin with https:// in production.".into());
        }
        if self.environment == Environment::Production && given.database_url.as_deref().is_some_and(|url| !is_safe_way(url)) {
            problems.push("BACKLOT_DATABASE_URL leaves this machine without TLS: add sslmode=verify-full.".into());
        }
        if self.environment == Environment::Production && cfg!(debug_assertions) {
            problems.push("This is a debug build; production takes `cargo build --release`.".into());
        }
    }
}

fn environment(given: Option<&str>, is_private: bool, problems: &mut Vec<String>) -> Environment {
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

fn secret_key(text: &str, problems: &mut Vec<String>) -> Option<Vec<u8>> {
    match BASE64_STANDARD.decode(text.trim()) {
        Ok(key) if key.len() >= 32 => Some(key),
        _ => {
            problems.push("BACKLOT_SECRET_KEY is not 32 bytes or more in base64.".into());
            None
        }
    }
}

fn proxies(text: &str, problems: &mut Vec<String>) -> Vec<IpNet> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let mut nets = Vec::new();
    for part in parts {
        match part.parse::<IpNet>().or_else(|_| part.parse::<IpAddr>().map(IpNet::from)) {
            Ok(net) => nets.push(net),
            Err(_) => problems.push(format!("BACKLOT_TRUSTED_PROXIES: “{part}” is no address or network.")),
        }
    }
    nets
}

fn collector(given: &Given, problems: &mut Vec<String>) -> Option<(String, SecretString)> {
    match (&given.collector_url, &given.collector_key) {
        (Some(url), Some(key)) => Some((url.clone(), SecretString::from(key.clone()))),
        (None, None) => None,
        _ => {
            problems.push("BACKLOT_COLLECTOR_URL and BACKLOT_COLLECTOR_KEY go together.".into());
            None
        }
    }
}

fn is_safe_way(url: &str) -> bool {
    let host = url.split('@').next_back().unwrap_or("").split(['/', '?', ':']).next().unwrap_or("");
    matches!(host, "localhost" | "127.0.0.1" | "[" | "") || url.contains("sslmode=require") || url.contains("sslmode=verify")
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let collector = self.collector.as_ref().map(|(url, key)| (url, key.expose_secret().len()));
        out.debug_struct("Settings")
            .field("listen", &self.listen)
            .field("environment", &self.environment)
            .field("collector", &collector)
            .finish_non_exhaustive()
    }
}
