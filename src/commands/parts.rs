//! What a server is put together from: a pool for each role, and what every request can reach.
use super::greeting;
use crate::database::place::Place;
use crate::database::pools::pool;
use crate::kernel::password::Passwords;
use crate::kernel::secret::Secrets;
use crate::kernel::{Clock, Desk, Lines};
use crate::live::Live;
use crate::settings::Settings;
use crate::web::counts::Counts;
use crate::web::site::{Environment, Parts, Proof};
use crate::web::stream::Seats;
use metrics_exporter_prometheus::PrometheusBuilder;
use sqlx::PgPool;
use std::error::Error;
use std::sync::{Arc, OnceLock};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A pool for each role; the work that nobody waits for has its own, so that it never takes a page's connection. Pages share few:
/// where more queries run at once than there are cores, each takes longer and the last ones much longer.
pub struct Pools {
    pub app: PgPool,
    pub sessions: Lines,
    pub reader: PgPool,
    pub lines: Lines,
    pub viewer: PgPool,
    pub sealer: PgPool,
    pub work: PgPool,
}

impl Pools {
    /// Opened when they are needed.
    ///
    /// # Errors
    /// When there is no runtime to wait in.
    pub fn new(place: &Place, settings: &Settings) -> Outcome<Self> {
        let few = settings.connections.div_ceil(3);
        Ok(Self {
            app: pool(&place.ways.app, settings.connections, "backlot"),
            sessions: Lines::new(&place.ways.app, few, "backlot sessions")?,
            reader: pool(&place.ways.reader, few, "backlot"),
            lines: Lines::new(&place.ways.reader, settings.connections.div_ceil(2), "backlot pages")?,
            viewer: pool(&place.ways.viewer, few, "backlot views"),
            sealer: pool(&place.ways.sealer, 3, "backlot seals"),
            work: pool(&place.ways.app, 12, "backlot jobs"),
        })
    }
}

/// What only this process has.
pub struct Own {
    pub secrets: Arc<Secrets>,
    pub passwords: Passwords,
    pub proof: Proof,
    pub live: Live,
    pub seats: Seats,
}

/// What every request can reach.
///
/// # Errors
/// When the process has its numbers already.
pub fn parts(settings: &Settings, pools: &Pools, own: Own) -> Outcome<Parts> {
    let is_demo = settings.environment == Environment::Sandbox;
    Ok(Parts {
        desk: Desk::new(pools.app.clone()),
        reader: pools.reader.clone(),
        lines: pools.lines.clone(),
        viewer: pools.viewer.clone(),
        door: pools.app.clone(),
        sessions: pools.sessions.clone(),
        secrets: own.secrets,
        passwords: own.passwords,
        proof: own.proof,
        live: own.live,
        seats: own.seats,
        platform: if is_demo { greeting::platform(&settings.platform) } else { settings.platform.clone() },
        clock: Clock::system(),
        environment: settings.environment,
        public_url: settings.public_url.clone(),
        platform_url: settings.platform_url.clone(),
        proxies: settings.proxies.clone(),
        metrics: PrometheusBuilder::new().install_recorder()?,
        operator_token: settings.operator_token.clone(),
        table: OnceLock::new(),
        counts: Counts::default(),
        park: OnceLock::new(),
        approvable: OnceLock::new(),
    })
}

/// How the other servers know this one: by its machine and its address there.
pub fn instance(settings: &Settings) -> String {
    let host = nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok()).unwrap_or_else(|| "unnamed".into());
    format!("{host} {}", settings.listen)
}
