//! What every request can reach.
use super::counts::Counts;
use super::machine::Platform;
use super::routes::Route;
use super::stream::Seats;
use crate::kernel::audit::TrustedKeys;
use crate::kernel::proposal::Park;
use crate::kernel::{Approvable, Clock, Desk, Lines, password::Passwords, secret::Secrets};
use crate::live::Live;
use metrics_exporter_prometheus::PrometheusHandle;
use sqlx::PgPool;
use sqlx::types::ipnet::IpNet;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// What every request can reach; cheap to clone.
#[derive(Clone)]
pub struct Site(Arc<Parts>);

/// What the assembly puts into a [`Site`].
pub struct Parts {
    pub desk: Desk,
    /// A role that can only SELECT, for what is asked seldom.
    pub reader: PgPool,
    /// The same role, for pages.
    pub lines: Lines,
    /// The role that sees what one user sees, for an admin who views the platform as them.
    pub viewer: PgPool,
    /// The app's own role: sessions, and the door before anybody is known.
    pub door: PgPool,
    /// The app's own role, for the look at the session before each page.
    pub sessions: Lines,
    pub secrets: Arc<Secrets>,
    pub passwords: Passwords,
    pub clock: Clock,
    pub environment: Environment,
    /// Where people reach us; decides whether cookies are `Secure`.
    pub public_url: String,
    /// Where the platform takes over an admin who views it as a user.
    pub platform_url: Option<String>,
    /// What the audit log is proved with.
    pub proof: Proof,
    /// Whose `X-Forwarded-For` we believe.
    pub proxies: Vec<IpNet>,
    pub metrics: PrometheusHandle,
    /// Lets an operator's machine that is not this one read `/metrics` and `/readyz`.
    pub operator_token: Option<String>,
    /// Flags, settings and maintenance, as they are now.
    pub live: Live,
    /// Who listens for what is new.
    pub seats: Seats,
    /// Which of the platform's services and pages may ask.
    pub platform: Platform,
    pub table: OnceLock<Vec<Arc<Route>>>,
    pub counts: Counts,
    /// Where an action waits for a second admin.
    pub park: OnceLock<Arc<dyn Park>>,
    /// The actions that can.
    pub approvable: OnceLock<Approvable>,
}

/// What the audit log is proved with: the keys that are believed, and the copy of all seals outside the database.
pub struct Proof {
    pub keys: TrustedKeys,
    pub anchor: Option<PathBuf>,
}

/// Which world this is: shown by a badge on every page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Demo people and stand-ins for all services.
    Sandbox,
    Staging,
    Production,
}

/// The badge of a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct World {
    pub kind: &'static str,
    pub label: &'static str,
}

impl Environment {
    /// Its badge.
    pub fn badge(self) -> World {
        match self {
            Self::Sandbox => World { kind: "sandbox", label: "Sandbox" },
            Self::Staging => World { kind: "staging", label: "Staging" },
            Self::Production => World { kind: "production", label: "Production" },
        }
    }
}

impl Site {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The actions that can wait for a second admin.
    pub fn approvable(&self) -> &Approvable {
        static NONE: std::sync::LazyLock<Approvable> = std::sync::LazyLock::new(Approvable::new);
        self.approvable.get().unwrap_or(&NONE)
    }

    /// Whether cookies travel over TLS only.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Whether an address is one of our own proxies.
    pub fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|net| net.contains(&address))
    }

    /// Every mounted route.
    pub fn routes(&self) -> &[Arc<Route>] {
        self.table.get().map_or(&[], Vec::as_slice)
    }
}

impl std::ops::Deref for Site {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
