//! The command line and the environment, as they are given.
use super::finby::FinbyGiven;
use super::outside::OutsideGiven;
use clap::{Args, Parser, Subcommand};
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
    /// Says what is missing or wrong, and what to do: the platform's schema, roles, settings, services outside
    Doctor(DoctorOrder),
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

/// How it is said.
#[derive(Args)]
pub struct DoctorOrder {
    /// As JSON, for programs
    #[arg(long)]
    pub json: bool,
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
    /// The same for `backlot_viewer`, which sees what one user sees
    #[arg(long, env = "BACKLOT_VIEWER_DATABASE_URL", global = true, hide_env_values = true)]
    pub viewer_database_url: Option<String>,
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
    /// Where alerts are told beside mail: an incoming webhook such as Slack's, which takes {"text": "…"}; not set: by mail alone
    #[arg(long, env = "BACKLOT_ALERT_WEBHOOK_URL", global = true, hide_env_values = true)]
    pub alert_webhook_url: Option<String>,
    /// The mail server, as smtps://user:password@host:465, or smtp://…:587 with STARTTLS; not set: letters are not sent
    #[arg(long, env = "BACKLOT_SMTP_URL", global = true, hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Who letters are from, as backlot@studio.example or "Backlot <backlot@studio.example>"
    #[arg(long, env = "BACKLOT_MAIL_FROM", global = true)]
    pub mail_from: Option<String>,
    /// Which crews runs are started at: sandbox or live; not set: the sandbox's in the demo, else none
    #[arg(long, env = "BACKLOT_CREWAI_MODE", global = true)]
    pub crewai_mode: Option<String>,
    /// The crews' hosts and tokens as JSON: {"storyboard": {"url": "https://….crewai.com", "token": "…"}}
    #[arg(long, env = "BACKLOT_CREWAI_CREWS", default_value = "", global = true, hide_env_values = true)]
    pub crewai_crews: String,
    /// What those hosts show when they report to /webhooks/crewai; 24 characters or more
    #[arg(long, env = "BACKLOT_CREWAI_WEBHOOK_TOKEN", global = true, hide_env_values = true)]
    pub crewai_webhook_token: Option<String>,
    /// Tokens of the platform's servers, separated by commas; 24 characters or more each
    #[arg(long, env = "BACKLOT_PLATFORM_TOKENS", default_value = "", global = true, hide_env_values = true)]
    pub platform_tokens: String,
    /// Tokens of its web pages, which anybody can read there: they may ask for flags and hear of changes
    #[arg(long, env = "BACKLOT_BROWSER_TOKENS", default_value = "", global = true)]
    pub browser_tokens: String,
    /// Origins of those pages, as `https://studio.example`, separated by commas
    #[arg(long, env = "BACKLOT_PLATFORM_ORIGINS", default_value = "", global = true)]
    pub platform_origins: String,
    /// Where the platform takes over an admin who views it as a user, as `https://studio.example/view-as`; not set: it does not
    #[arg(long, env = "BACKLOT_PLATFORM_URL", global = true)]
    pub platform_url: Option<String>,
    /// Settings that no page may change, as JSON: {"exports.max_rows": 5000}
    #[arg(long, env = "BACKLOT_PINNED_SETTINGS", default_value = "", global = true)]
    pub pinned_settings: String,
    /// Connections to the database, of each role
    #[arg(long, env = "BACKLOT_CONNECTIONS", default_value_t = 12, global = true)]
    pub connections: u32,
    /// What is logged, as `info` or `backlot=debug,sqlx=warn`
    #[arg(long, env = "BACKLOT_LOG", default_value = "warn,backlot=info", global = true)]
    pub log: String,
    /// text or json
    #[arg(long, env = "BACKLOT_LOG_FORMAT", default_value = "text", global = true)]
    pub log_format: String,
    /// Where traces go (OpenTelemetry, OTLP over HTTP), as `http://collector.example:4318`; not set: nowhere
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", global = true)]
    pub otlp_endpoint: Option<String>,
    /// What this service is called there
    #[arg(long, env = "OTEL_SERVICE_NAME", default_value = "backlot", global = true)]
    pub service_name: String,
    /// How many people the demo studio has
    #[arg(long, env = "BACKLOT_DEMO_USERS", default_value_t = 5_000, global = true)]
    pub demo_users: u32,
    #[command(flatten)]
    pub outside: OutsideGiven,
    #[command(flatten)]
    pub finby: FinbyGiven,
}
