//! Notifications: written, aimed, looked at, sent to a few or to everybody, and what became of them; and the inbox that they end in.
mod actions;
mod filter;
mod jobs;
mod model;
mod pages;
mod store;

use crate::gateways::mail::Mail;
use crate::jobs::{Error, Registry};
use crate::kernel::Permission::NotificationsSend;
use crate::kernel::{Crowd, Desk};
use crate::live::Live;
use crate::web::dataset::Dataset;
use crate::web::machine::Callers::Servers;
use crate::web::{Routes, at};
use actions::{
    ApproveNotification, CancelNotification, DeclineNotification, DraftNotification, DuplicateNotification, EditNotification,
    PauseNotification, ResumeNotification, SendFailedAgain, SendNotification, TestNotification,
};
use axum::extract::FromRef;
use axum::http::Method;

/// What of them can be exported.
pub const DATASETS: &[Dataset] = &[store::dataset::DELIVERIES];

/// The pages and actions, what the platform asks, and where users say that they want no more.
pub fn routes(routes: Routes) -> Routes {
    use pages::{cancel, create, decide, deliveries, edit, far, inbox, index, quick, send, show, unsubscribe};
    routes
        .page("/admin/notifications", NotificationsSend, index::index)
        .nav("Operations", "Notifications", "bell")
        .page("/admin/notifications/new", NotificationsSend, create::ask)
        .action(at::<DraftNotification>("/admin/notifications/new"), create::submit)
        .page("/admin/notifications/{id}", NotificationsSend, show::show)
        .live("/admin/notifications/{id}/progress", NotificationsSend, far::progress)
        .page("/admin/notifications/{id}/deliveries", NotificationsSend, deliveries::index)
        .page("/admin/notifications/{id}/edit", NotificationsSend, edit::ask)
        .action(at::<EditNotification>("/admin/notifications/{id}/edit"), edit::submit)
        .page("/admin/notifications/{id}/send", NotificationsSend, send::ask)
        .action(at::<SendNotification>("/admin/notifications/{id}/send"), send::submit)
        .page("/admin/notifications/{id}/approve", NotificationsSend, decide::ask)
        .action(at::<ApproveNotification>("/admin/notifications/{id}/approve"), decide::approve)
        .action(at::<DeclineNotification>("/admin/notifications/{id}/decline"), decide::decline)
        .page("/admin/notifications/{id}/cancel", NotificationsSend, cancel::ask)
        .action(at::<CancelNotification>("/admin/notifications/{id}/cancel"), cancel::submit)
        .action(at::<PauseNotification>("/admin/notifications/{id}/pause"), quick::pause)
        .action(at::<ResumeNotification>("/admin/notifications/{id}/resume"), quick::resume)
        .action(at::<SendFailedAgain>("/admin/notifications/{id}/again"), quick::again)
        .action(at::<DuplicateNotification>("/admin/notifications/{id}/duplicate"), quick::duplicate)
        .action(at::<TestNotification>("/admin/notifications/{id}/test"), quick::test)
        .machine(Method::GET, "/api/v1/users/{id}/notifications", Servers, inbox::list)
        .machine(Method::POST, "/api/v1/users/{id}/notifications/{notification}/seen", Servers, inbox::seen)
        .machine(Method::POST, "/api/v1/users/{id}/notifications/{notification}/read", Servers, inbox::read)
        .machine(Method::POST, "/api/v1/users/{id}/notifications/{notification}/archive", Servers, inbox::archive)
        .public("/u/{token}", unsubscribe::ask)
        .webhook("/u/{token}", unsubscribe::act)
}

/// Bringing them to people, what happens at its time, and every minute in case that nobody noticed.
///
/// # Errors
/// When the schedule cannot be read.
pub fn jobs<S>(registry: Registry<S>) -> Result<Registry<S>, Error>
where
    Desk: FromRef<S>,
    Mail: FromRef<S>,
    Live: FromRef<S>,
    Crowd: FromRef<S>,
    S: 'static,
{
    let registry = registry.register::<jobs::Deliver>().register::<jobs::KeepTime>().register::<jobs::LookAtClock>();
    registry.schedule("notifications.look_at_clock", "* * * * *", "UTC", &jobs::LookAtClock)
}
