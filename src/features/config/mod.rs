//! Settings: what the platform and Backlot read, seen on one page, changed several at a time, and never without a look at the change.
mod actions;
mod filter;
mod model;
mod pages;
mod store;

use crate::kernel::Permission::SettingsRead;
use crate::web::machine::Callers;
use crate::web::{Routes, at};
use actions::ChangeSettings;
use axum::http::Method;

/// The pages, the action, and what the platform asks.
pub fn routes(routes: Routes) -> Routes {
    use pages::{index, machine, show, submit};
    routes
        .page("/admin/config", SettingsRead, index::index)
        .nav("Switches", "Settings", "adjustments-horizontal")
        .action(at::<ChangeSettings>("/admin/config"), submit::submit)
        .page("/admin/config/{key}", SettingsRead, show::show)
        .machine(Method::GET, "/api/v1/config", Callers::Servers, machine::settings)
        .machine(Method::GET, "/api/v1/events", Callers::Browsers, machine::events)
}
