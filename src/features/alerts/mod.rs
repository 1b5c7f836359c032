//! Alerts: what is wrong, who is told of it, and what can be done about it at once.
mod actions;
mod filter;
mod jobs;
mod model;
mod pages;
mod store;

pub use jobs::Bell;

use crate::gateways::chat::Chat;
use crate::jobs::{Error, Registry};
use crate::kernel::Permission;
use crate::web::{Routes, at};
use actions::{AcknowledgeAlert, EndSilence, SilenceAlert, SilenceRule};
use axum::extract::FromRef;

/// The pages and actions.
pub fn routes(routes: Routes) -> Routes {
    use Permission::{AlertsAct, AlertsRead};
    routes
        .page("/admin/alerts", AlertsRead, pages::index::index)
        .nav("Operations", "Alerts", "bell-ringing")
        .live("/admin/alerts/live", AlertsRead, pages::index::index)
        .page("/admin/alerts/rules/{rule}/silence", AlertsAct, pages::silence::ask_rule)
        .action(at::<SilenceRule>("/admin/alerts/rules/{rule}/silence"), pages::silence::submit_rule)
        .page("/admin/alerts/{id}", AlertsRead, pages::show::show)
        .live("/admin/alerts/{id}/live", AlertsRead, pages::show::show)
        .page("/admin/alerts/{id}/people", AlertsRead, pages::people::index)
        .page("/admin/alerts/{id}/acknowledge", AlertsAct, pages::acknowledge::ask)
        .action(at::<AcknowledgeAlert>("/admin/alerts/{id}/acknowledge"), pages::acknowledge::submit)
        .page("/admin/alerts/{id}/silence", AlertsAct, pages::silence::ask)
        .action(at::<SilenceAlert>("/admin/alerts/{id}/silence"), pages::silence::submit)
        .action(at::<EndSilence>("/admin/alerts/rules/{rule}/silence/end"), pages::silence::end)
}

/// Looking at every rule four times a minute, and telling the chat.
///
/// # Errors
/// When the schedule cannot be read.
pub fn jobs<S>(registry: Registry<S>) -> Result<Registry<S>, Error>
where
    Bell: FromRef<S>,
    Chat: FromRef<S>,
{
    let registry = registry.register::<jobs::Evaluate>().register::<jobs::Say>();
    registry.schedule("alerts.evaluate", "*/15 * * * * *", "UTC", &jobs::Evaluate)
}
