//! The assembly: the only file that names every feature.
use crate::features::{
    self, account, admins, audit, config, flags, home, impersonation, mailbox, maintenance, notifications, search, sign_in, users,
};
use crate::gateways::mail::{Mail, SendLetter};
use crate::jobs::{self, Registry};
use crate::kernel::{Crowd, Desk, Error};
use crate::live::Live;
use crate::web::site::Parts;
use crate::web::{Routes, Site, assets, guard, headers, machine, operators, request, respond, session};
use axum::extract::FromRef;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use std::any::Any;
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

/// How long an answer may take to begin.
const PATIENCE: Duration = Duration::from_secs(30);

/// Every route, guarded; and what is around all of them. `beside` is mounted within the same headers and logs: the sandbox.
pub fn router(parts: Parts, demo: sign_in::DemoLinks, mail: Mail, beside: Router) -> (Router, Site) {
    let site = Site::new(parts);
    let (routes, machines, table) = routes(site.clone()).finish();
    // Set once, here: the site was made four lines above.
    let _ = site.table.set(table);
    let inside = routes
        .fallback(guard::nowhere)
        .layer(session::layer(site.door.clone(), site.sessions.clone(), site.is_secure()))
        .layer(Extension(demo))
        .layer(Extension(mail))
        .layer(Extension(users::CROWD));
    let machines = machines.layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(site.clone(), machine::attend))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE)),
    );
    let people = Router::new().merge(inside).merge(beside.with_state(())).route("/static/{*path}", get(assets::file)).layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(site.clone(), request::name))
            .layer(from_fn_with_state(site.clone(), headers::add))
            .layer(CompressionLayer::new())
            .layer(from_fn_with_state(site.clone(), respond::bare))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
            .layer(from_fn(respond::only_known_methods)),
    );
    (people.merge(machines).with_state(site.clone()), site)
}

fn routes(site: Site) -> Routes {
    let mut routes = Routes::new(site)
        .public("/healthz", operators::alive)
        .operator("/readyz", operators::ready)
        .operator("/metrics", operators::metrics);
    for feature in [
        home::routes,
        users::routes,
        search::routes,
        flags::routes,
        features::jobs::routes,
        audit::routes,
        config::routes,
        admins::routes,
        account::routes,
        maintenance::routes,
        notifications::routes,
        impersonation::routes,
        mailbox::routes,
        sign_in::routes,
    ] {
        routes = feature(routes);
    }
    routes
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    Error::internal("a handler panicked").into_response()
}

/// What jobs have in hand.
#[derive(Clone)]
pub struct Hands {
    pub desk: Desk,
    pub mail: Mail,
    pub live: Live,
}

impl FromRef<Hands> for Desk {
    fn from_ref(hands: &Hands) -> Self {
        hands.desk.clone()
    }
}

impl FromRef<Hands> for Mail {
    fn from_ref(hands: &Hands) -> Self {
        hands.mail.clone()
    }
}

impl FromRef<Hands> for Live {
    fn from_ref(hands: &Hands) -> Self {
        hands.live.clone()
    }
}

impl FromRef<Hands> for Crowd {
    fn from_ref(_: &Hands) -> Self {
        users::CROWD
    }
}

/// The jobs of every feature.
///
/// # Errors
/// When two have the same name.
pub fn jobs() -> Result<Registry<Hands>, jobs::Error> {
    let registry = users::jobs(Registry::new().register::<SendLetter>());
    notifications::jobs(impersonation::jobs(maintenance::jobs(flags::jobs(sign_in::jobs(registry)?)?)?)?)
}

/// The desk over a pool, for the command line.
pub fn desk(app: sqlx::PgPool) -> Desk {
    Desk::new(app)
}
