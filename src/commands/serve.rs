//! `backlot serve`: everything that runs while the back office is open, and its end.
use super::parts::{Own, Pools, instance, parts};
use super::{greeting, outside};
use crate::app::{self, Hands, Outside};
use crate::database::place::Place;
use crate::database::{checks, demo, demo_admins, keys};
use crate::features::exports::{Press, Shelves};
use crate::features::health::Sampler;
use crate::features::integrity;
use crate::features::sign_in::DemoLinks;
use crate::gateways::collector::{Delivery, Pace, PostHog};
use crate::gateways::watch::{Calls, Gateway, Watched};
use crate::jobs::{Runner, Settings as JobSettings};
use crate::kernel::Desk;
use crate::kernel::audit::{AnchorFile, Sealer, SigningKey, TrustedKeys};
use crate::kernel::password::Passwords;
use crate::kernel::secret::Secrets;
use crate::live::{Keeper, Live};
use crate::settings::{Given, Settings};
use crate::web::Site;
use crate::web::site::{Environment, Proof};
use crate::web::stream::Seats;
use secrecy::ExposeSecret;
use sqlx::{ConnectOptions, Connection, PgConnection};
use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// How long requests in flight may take to end.
const GRACE: Duration = Duration::from_secs(10);
/// How often measurements are summed up.
const GATHER: Duration = Duration::from_secs(5);

/// Serves until it is told to stop.
///
/// # Errors
/// When it cannot start, with what to do about it.
pub async fn run(given: &Given) -> Outcome {
    let mut settings = Settings::check(given)?;
    let listener = listen(settings.listen).await?;
    if settings.public_url.is_empty() {
        settings.public_url = format!("http://{}", listener.local_addr()?);
    }
    let place = Place::find(given).await?;
    let served = serve(given, &settings, &place, listener).await;
    place.leave().await?;
    served
}

async fn listen(address: SocketAddr) -> Outcome<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("something else listens on {address} already. Stop it, or choose another with --listen 127.0.0.1:3001").into()
        }
        _ => format!("cannot listen on {address}: {error}").into(),
    })
}

async fn serve(given: &Given, settings: &Settings, place: &Place, listener: TcpListener) -> Outcome {
    place.prepare().await?;
    let pools = Pools::new(place, settings)?;
    must_be_safe(&pools).await?;
    let secrets = Arc::new(secrets(settings, place)?);
    let passwords = Passwords::new(2)?;
    let is_demo = settings.environment == Environment::Sandbox;
    if is_demo {
        prepare_demo(given, place, &passwords, &secrets).await?;
    }
    let calls = Calls::default();
    let (outside, _stand_ins) = outside::open(settings, place.home.as_deref(), &pools.work, (Arc::clone(&secrets), &calls)).await?;
    let links = if is_demo { greeting::links()? } else { DemoLinks::default() };
    let live = Live::pinned(settings.pinned.clone());
    live.reload(&pools.work).await?;
    let stop = CancellationToken::new();
    let mut around = JoinSet::new();
    around.spawn(Sealer::new(pools.sealer.clone(), signing_key(given, place)?, anchor(given, place)?).run(stop.clone()));
    let press = press(settings, place, &pools, &outside, &live)?;
    around.spawn(runner(&pools, outside.clone(), press, live.clone())?.run(stop.clone()));
    around.spawn(Keeper::new(pools.work.clone(), live.clone(), instance(settings)).run(stop.clone()));
    if let Some((url, key)) = &settings.collector {
        let collector = Watched::new(Gateway::Collector, PostHog::new(url, key.expose_secret())?, &calls);
        around.spawn(Delivery::new(pools.work.clone(), collector, Pace::default()).run(stop.clone()));
    }
    let (router, site) = app::router(
        parts(settings, &pools, Own { secrets, passwords, proof: proof(given, place)?, live, seats: Seats::new(stop.clone()) })?,
        links.clone(),
        outside,
    );
    around.spawn(Sampler::new(pools.work.clone(), site.clone(), calls, instance(settings), place.home.clone()).run(stop.clone()));
    around.spawn(gather(site, stop.clone()));
    tell(settings, &links);
    let served = until_told(listener, router, &stop).await;
    stop.cancel();
    let _ = tokio::time::timeout(GRACE * 2, around.join_all()).await;
    served
}

/// Says that it is open: in the demo, with the ways in.
fn tell(settings: &Settings, links: &DemoLinks) {
    if settings.environment == Environment::Sandbox {
        super::say(&greeting::words(&settings.public_url, links));
    } else {
        tracing::info!(listen = %settings.listen, "open");
    }
}

async fn must_be_safe(pools: &Pools) -> Outcome {
    let failures = checks::failures(&pools.app, &pools.reader).await?;
    if failures.is_empty() {
        return Ok(());
    }
    Err(format!("it is not safe to serve with this database:\n  - {}", failures.join("\n  - ")).into())
}

/// Serves until a signal comes; then lets requests in flight end. A second signal, or ten seconds, ends that too.
async fn until_told(listener: TcpListener, router: axum::Router, stop: &CancellationToken) -> Outcome {
    let (mut interrupted, mut terminated) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let closing = stop.clone();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
        // Without it small answers wait for the last acknowledgement; a socket that refuses the option still serves.
        let _ = stream.set_nodelay(true);
    });
    let mut serving =
        tokio::spawn(async move { axum::serve(listener, service).with_graceful_shutdown(async move { closing.cancelled().await }).await });
    tokio::select! {
        ended = &mut serving => return Ok(ended??),
        _ = interrupted.recv() => {}
        _ = terminated.recv() => {}
    }
    stop.cancel();
    tokio::select! {
        ended = &mut serving => Ok(ended??),
        _ = interrupted.recv() => Ok(()),
        _ = terminated.recv() => Ok(()),
        () = tokio::time::sleep(GRACE) => Ok(()),
    }
}

/// Sums up what was measured: single measurements are kept in memory until somebody does, or asks for the numbers.
async fn gather(site: Site, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(GATHER)).await.is_some() {
        site.metrics.run_upkeep();
    }
}

/// What exports are made with.
fn press(settings: &Settings, place: &Place, pools: &Pools, outside: &Outside, live: &Live) -> Outcome<Press> {
    let shelves = Shelves { objects: outside.exports.clone(), unfinished: outside::unfinished(settings, place.home.as_deref())? };
    Ok(Press::new(Desk::new(pools.work.clone()), place.ways.reader.clone(), shelves, live.clone(), app::datasets()))
}

fn runner(pools: &Pools, outside: Outside, press: Press, live: Live) -> Outcome<Runner<Hands>> {
    let state = Hands { desk: Desk::new(pools.work.clone()), outside, press, live };
    Ok(Runner::new(pools.work.clone(), app::jobs()?, state, JobSettings::default())?)
}

fn proof(given: &Given, place: &Place) -> Outcome<Proof> {
    Ok(Proof { keys: TrustedKeys::of(&signing_key(given, place)?), anchor: Some(anchor_path(given, place)?) })
}

async fn prepare_demo(given: &Given, place: &Place, passwords: &Passwords, secrets: &Secrets) -> Outcome {
    let owner = place.ways.owner.as_ref().ok_or("the demo needs its own database")?;
    let mut owner = PgConnection::connect_with(&owner.clone().disable_statement_logging()).await?;
    let filled = sqlx::query_scalar!(r#"select exists (select from platform.users) as "some!""#).fetch_one(&mut owner).await?;
    if !filled {
        super::say(&format!("Making a demo studio with {} people …", given.demo_users));
        demo::fill(&mut owner, given.demo_users).await?;
    }
    demo_admins::hire(&mut owner, passwords, secrets).await?;
    demo::look_back(&mut owner).await?;
    demo::look_over(&mut owner, &integrity::checks()).await?;
    Ok(owner.close().await?)
}

/// What only Backlot may read is sealed with these.
///
/// # Errors
/// When the key is missing or too short.
pub fn secrets(settings: &Settings, place: &Place) -> Outcome<Secrets> {
    let key = match (&settings.secret_key, &place.home) {
        (Some(key), _) => key.clone(),
        (None, Some(home)) => keys::secret_key(&home.join("secret.key"))?,
        (None, None) => return Err("BACKLOT_SECRET_KEY is not set".into()),
    };
    Ok(Secrets::derive(&key)?)
}

/// The key that signs the audit log.
///
/// # Errors
/// When there is no place for it, or it cannot be read or made.
pub fn signing_key(given: &Given, place: &Place) -> Outcome<SigningKey> {
    Ok(SigningKey::load_or_generate(&beside(given.audit_key_file.as_ref(), place, "audit.key", "BACKLOT_AUDIT_KEY_FILE")?)?)
}

fn anchor(given: &Given, place: &Place) -> Outcome<AnchorFile> {
    Ok(AnchorFile::open(&anchor_path(given, place)?)?)
}

/// Where the seals are kept outside the database.
///
/// # Errors
/// When there is no place for them.
pub fn anchor_path(given: &Given, place: &Place) -> Outcome<PathBuf> {
    beside(given.audit_anchor_file.as_ref(), place, "audit-anchor.jsonl", "BACKLOT_AUDIT_ANCHOR_FILE")
}

fn beside(given: Option<&PathBuf>, place: &Place, name: &str, variable: &str) -> Outcome<PathBuf> {
    match (given, &place.home) {
        (Some(path), _) => Ok(path.clone()),
        (None, Some(home)) => Ok(home.join(name)),
        (None, None) => Err(format!("{variable} is not set").into()),
    }
}
