//! One server of a studio: the real site over its database, with a clock and a mail of the test's own.
use super::server::{self, Database, PASSWORDS};
use super::studio::{READERS, Studio};
use super::{Letters, browser};
use axum::Router;
use axum::http::HeaderValue;
use backlot::app::{self, Outside};
use backlot::database::demo_admins;
use backlot::database::pools::pool;
use backlot::features::sign_in::{DemoLink, DemoLinks};
use backlot::gateways::crewai::Crews;
use backlot::gateways::finby::{Access, Finby, Mode, Payments, Places};
use backlot::gateways::mail::{Carrier, Mail};
use backlot::gateways::storage::Objects;
use backlot::gateways::training::Trainer;
use backlot::kernel::audit::{SigningKey, TrustedKeys};
use backlot::kernel::{Clock, Desk, Lines};
use backlot::live::Live;
use backlot::web::Site;
use backlot::web::counts::Counts;
use backlot::web::machine::Platform;
use backlot::web::site::{Environment, Parts, Proof};
use backlot::web::stream::Seats;
use jiff::Timestamp;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use sqlx::PgPool;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};
use tokio_util::sync::CancellationToken;

/// The token of the demo's sign-in link.
pub const DEMO_TOKEN: &str = "a-link-that-the-demo-printed";

/// The token of the platform's servers, of its pages, and where those are.
pub const PLATFORM_TOKEN: &str = "a-server-of-the-platform";
pub const BROWSER_TOKEN: &str = "a-page-of-the-platform";
pub const ORIGIN: &str = "https://studio.example";
pub const PLATFORM_URL: &str = "https://studio.example/view-as";

/// A process has one set of numbers.
static METRICS: LazyLock<PrometheusHandle> = LazyLock::new(|| PrometheusBuilder::new().install_recorder().unwrap());

pub fn key(folder: &std::path::Path) -> SigningKey {
    SigningKey::load_or_generate(&folder.join("audit.key")).unwrap()
}

/// Who may ask as the platform.
fn platform() -> Platform {
    Platform::new(&[PLATFORM_TOKEN.into()], &[BROWSER_TOKEN.into()], vec![HeaderValue::from_static(ORIGIN)])
}

pub fn mail(letters: &Arc<Letters>) -> Mail {
    let carrier = Arc::clone(letters) as Arc<dyn Carrier>;
    Mail::new(Some(carrier), Arc::new(server::secrets()), &format!("https://{}", browser::HOST))
}

/// A gateway that cannot be reached: what is asked of it is written down, and never sent.
fn nowhere() -> Payments {
    // Only fails when it was done before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let url: reqwest::Url = "http://127.0.0.1:9".parse().unwrap();
    let access = Access { mode: Mode::Sandbox, rest: url.clone(), mapi: url, project: "1".into(), secret: "none".to_owned().into() };
    let places = Places { public_url: format!("https://{}", browser::HOST), back: None };
    Payments::new(Arc::new(Finby::new(access).unwrap()), places, false)
}

/// A server's services: letters go by this mail, and nothing else is there.
pub fn outside(mail: Mail) -> Outside {
    Outside {
        mail,
        objects: Objects::default(),
        trainer: Trainer::default(),
        crews: Crews::none(),
        payments: nowhere(),
        exports: Objects::default(),
    }
}

/// A server: with so many connections for its pages, and what is live there.
pub type With = (u32, Live);

pub fn instance(
    database: &Database,
    folder: &std::path::Path,
    clock: &Arc<AtomicI64>,
    outside: Outside,
    with: With,
) -> (PgPool, Router, Site) {
    let (readers, live) = with;
    let app = pool(&database.ways.app.options(), 20, "backlot");
    let told = Arc::clone(clock);
    let parts = Parts {
        desk: Desk::new(app.clone()),
        reader: pool(&database.ways.reader.options(), readers.div_ceil(3), "pages"),
        lines: Lines::new(&database.ways.reader.options(), readers, "pages").unwrap(),
        viewer: pool(&database.ways.viewer.options(), 4, "views"),
        door: app.clone(),
        sessions: Lines::new(&database.ways.app.options(), 6, "sessions").unwrap(),
        secrets: Arc::new(server::secrets()),
        passwords: PASSWORDS.clone(),
        clock: Clock::told(move || Timestamp::from_second(told.load(Ordering::Relaxed)).unwrap()),
        environment: Environment::Sandbox,
        public_url: format!("https://{}", browser::HOST),
        proof: Proof { keys: TrustedKeys::of(&key(folder)), anchor: Some(folder.join("anchor.jsonl")) },
        platform_url: Some(PLATFORM_URL.into()),
        proxies: Vec::new(),
        metrics: METRICS.clone(),
        operator_token: Some("the operators' own token".into()),
        counts: Counts::default(),
        park: OnceLock::new(),
        approvable: OnceLock::new(),
        live,
        seats: Seats::new(CancellationToken::new()),
        platform: platform(),
        table: OnceLock::new(),
    };
    let maya = demo_admins::staff().remove(0);
    let link = DemoLink { token: DEMO_TOKEN.into(), admin_id: maya.id, name: maya.name.into(), role: maya.role };
    let (router, site) = app::router(parts, DemoLinks(Arc::new(vec![link])), outside);
    (app, router, site)
}

impl Studio {
    /// A studio that moves money.
    pub async fn with_payments(database: Database, payments: Payments) -> Self {
        Self::make(database, READERS, |mail| Outside { payments, ..outside(mail) }).await
    }
}
