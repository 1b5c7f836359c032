//! The assembly: the only file that names every feature.
mod hands;

pub use hands::Hands;

use crate::features::{
    self, account, admins, alerts, analytics, approvals, audit, billing, bulk, config, exports, flags, health, home, impersonation,
    integrity, lora, mailbox, maintenance, notifications, projects, search, sign_in, users, workflows,
};
use crate::gateways::chat::Chat;
use crate::gateways::crewai::Crews;
use crate::gateways::finby::Payments;
use crate::gateways::mail::{Mail, SendLetter};
use crate::gateways::storage::Objects;
use crate::gateways::training::Trainer;
use crate::jobs::inbox::Inbox;
use crate::jobs::{self, Registry};
use crate::kernel::{Approvable, Desk, Error};
use crate::web::dataset::Dataset;
use crate::web::site::Parts;
use crate::web::{Routes, Site, assets, guard, headers, machine, operators, request, respond, session};
use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};
use tower_http::timeout::TimeoutLayer;

/// How long an answer may take to begin.
const PATIENCE: Duration = Duration::from_secs(30);

/// Every route, guarded; and what is around all of them.
pub fn router(parts: Parts, demo: sign_in::DemoLinks, outside: Outside) -> (Router, Site) {
    let site = Site::new(parts);
    let (routes, machines, table) = routes(site.clone()).finish();
    // Set once, here: the site was made four lines above.
    let _ = site.table.set(table);
    let _ = site.park.set(approvals::park(approvable()));
    let _ = site.approvable.set(approvable());
    let inside = routes
        .fallback(guard::nowhere)
        .layer(session::layer(site.door.clone(), site.sessions.clone(), site.is_secure()))
        .layer(Extension(demo))
        .layer(Extension(outside.objects))
        .layer(Extension(outside.crews.clone()))
        .layer(Extension(outside.payments.clone()))
        .layer(Extension(exports::Offered { datasets: datasets(), objects: outside.exports }))
        .layer(Extension(outside.mail))
        .layer(Extension(users::CROWD))
        .layer(Extension(bulk_kinds()));
    let messages =
        (Extension(outside.trainer), Extension(outside.crews), Extension(outside.payments), Extension(Inbox::new(site.door.clone())));
    let machines = machines.layer(messages).layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(site.clone(), machine::attend))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE)),
    );
    let people = Router::new().merge(inside).route("/static/{*path}", get(assets::file)).layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(site.clone(), request::name))
            .layer(from_fn_with_state(site.clone(), headers::add))
            .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(is_page)))
            .layer(from_fn_with_state(site.clone(), respond::bare))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
            .layer(from_fn(request::only_known_methods)),
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
        workflows::routes,
        projects::routes,
        search::routes,
        flags::routes,
        health::routes,
        alerts::routes,
        features::jobs::routes,
        analytics::routes,
        audit::routes,
        config::routes,
        admins::routes,
        account::routes,
        maintenance::routes,
        lora::routes,
        exports::routes,
        notifications::routes,
        billing::routes,
        approvals::routes,
        bulk::routes,
        impersonation::routes,
        integrity::routes,
        mailbox::routes,
        sign_in::routes,
    ] {
        routes = feature(routes);
    }
    routes
}

/// A file that is taken along goes as it is: its size and hash are told beforehand.
fn is_page(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    !headers.contains_key(header::CONTENT_DISPOSITION)
}

/// Everything that can be exported, in the order in which it is offered.
pub fn datasets() -> Arc<[Dataset]> {
    [
        users::DATASETS,
        exports::DATASETS,
        workflows::DATASETS,
        lora::DATASETS,
        notifications::DATASETS,
        billing::DATASETS,
        admins::DATASETS,
        features::jobs::DATASETS,
        audit::DATASETS,
    ]
    .concat()
    .into()
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    Error::internal("a handler panicked").into_response()
}

/// The services outside, as far as there are any; cheap to clone.
#[derive(Clone)]
pub struct Outside {
    pub mail: Mail,
    pub objects: Objects,
    pub trainer: Trainer,
    pub crews: Crews,
    /// Through which money moves.
    pub payments: Payments,
    /// Where exports are kept.
    pub exports: Objects,
    /// Where alerts are told beside mail.
    pub chat: Chat,
}

/// The actions of every feature that wait for a second admin.
pub fn approvable() -> Approvable {
    integrity::approvable(bulk::approvable(Approvable::new()))
}

/// Everything that can be done with many rows, in the order in which it is offered.
pub fn bulk_kinds() -> bulk::Kinds {
    bulk::Kinds([users::BULK, billing::BULK, lora::BULK, features::jobs::BULK].concat().into())
}

/// The jobs of every feature.
///
/// # Errors
/// When two have the same name.
pub fn jobs() -> Result<Registry<Hands>, jobs::Error> {
    let registry = users::jobs(Registry::new().register::<SendLetter>());
    let registry = sign_in::jobs(registry)?;
    let registry = flags::jobs(registry)?;
    let registry = maintenance::jobs(registry)?;
    let registry = impersonation::jobs(registry)?;
    let registry = lora::jobs(registry)?;
    let registry = workflows::jobs(registry)?;
    let registry = notifications::jobs(registry)?;
    let registry = billing::jobs(registry)?;
    let registry = health::jobs(registry)?;
    let registry = alerts::jobs(registry)?;
    let registry = integrity::jobs(registry)?;
    let registry = approvals::jobs(registry)?;
    let registry = bulk::jobs(registry)?;
    exports::jobs(registry)
}

/// The desk over a pool, for the command line.
pub fn desk(app: sqlx::PgPool) -> Desk {
    Desk::new(app)
}
