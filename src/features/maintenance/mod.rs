//! Maintenance: the platform taken away from its users for a while, at once or at a planned time, and given back.
mod actions;
mod filter;
mod jobs;
mod model;
mod pages;
mod store;

use crate::jobs::{Error, Registry};
use crate::kernel::{Desk, Permission};
use crate::web::machine::Callers;
use crate::web::{Routes, at};
use actions::{BeginMaintenance, CancelMaintenance, ChangeMaintenance, EndMaintenance, PlanMaintenance, ReopenMaintenance};
use axum::extract::FromRef;
use axum::http::Method;

/// The page, the actions, and what the platform asks.
pub fn routes(routes: Routes) -> Routes {
    use Permission::{MaintenanceEdit, MaintenanceRead};
    routes
        .page("/admin/maintenance", MaintenanceRead, pages::index::index)
        .nav("Switches", "Maintenance", "barrier-block")
        .page("/admin/maintenance/begin", MaintenanceEdit, pages::begin::ask)
        .action(at::<BeginMaintenance>("/admin/maintenance/begin"), pages::begin::submit)
        .page("/admin/maintenance/plan", MaintenanceEdit, pages::plan::ask)
        .action(at::<PlanMaintenance>("/admin/maintenance/plan"), pages::plan::submit)
        .page("/admin/maintenance/{id}/change", MaintenanceEdit, pages::change::ask)
        .action(at::<ChangeMaintenance>("/admin/maintenance/{id}/change"), pages::change::submit)
        .page("/admin/maintenance/{id}/cancel", MaintenanceEdit, pages::cancel::ask)
        .action(at::<CancelMaintenance>("/admin/maintenance/{id}/cancel"), pages::cancel::submit)
        .action(at::<EndMaintenance>("/admin/maintenance/{id}/end"), pages::end::submit)
        .action(at::<ReopenMaintenance>("/admin/maintenance/{id}/reopen"), pages::end::reopen)
        .machine(Method::GET, "/api/v1/maintenance", Callers::Anybody, pages::told::status)
        .machine(Method::GET, "/embed/maintenance.js", Callers::Anybody, pages::told::script)
}

/// What happens when its time comes, and every minute in case that nobody noticed.
///
/// # Errors
/// When the schedule cannot be read.
pub fn jobs<S>(registry: Registry<S>) -> Result<Registry<S>, Error>
where
    Desk: FromRef<S>,
{
    let registry = registry.register::<jobs::KeepTime>().register::<jobs::LookAtClock>();
    registry.schedule("maintenance.look_at_clock", "* * * * *", "UTC", &jobs::LookAtClock)
}
