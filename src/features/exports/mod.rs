//! Exports: rows as a file that one may take along; made afterwards, from one moment, and gone after a while.
mod actions;
mod filter;
mod jobs;
mod model;
mod pages;
mod store;

pub use jobs::{Press, Shelves};
pub use pages::Offered;

use crate::jobs::{Error, Registry};
use crate::kernel::Permission;
use crate::web::dataset::Dataset;
use crate::web::{Routes, at};
use actions::{CancelExport, PauseExports, PlanExports, ResumeExports, StartExport, UnplanExports};
use axum::extract::FromRef;

/// What can be exported of tables that no other feature lists.
pub const DATASETS: &[Dataset] =
    &[store::datasets::CREDITS, store::datasets::PAYMENTS, store::datasets::GENERATIONS, store::datasets::PERSON];

/// The pages and actions.
pub fn routes(routes: Routes) -> Routes {
    use Permission::ExportsMake;
    routes
        .page("/admin/exports", ExportsMake, pages::index::index)
        .nav("Data", "Exports", "download")
        .live("/admin/exports/live", ExportsMake, pages::index::index)
        .page("/admin/exports/new", ExportsMake, pages::new::ask)
        .action(at::<StartExport>("/admin/exports/new"), pages::new::submit)
        .page("/admin/exports/schedules", ExportsMake, pages::schedules::index)
        .page("/admin/exports/schedules/new", ExportsMake, pages::plan::ask)
        .action(at::<PlanExports>("/admin/exports/schedules/new"), pages::plan::submit)
        .action(at::<PauseExports>("/admin/exports/schedules/{id}/pause"), pages::schedules::pause)
        .action(at::<ResumeExports>("/admin/exports/schedules/{id}/resume"), pages::schedules::resume)
        .page("/admin/exports/schedules/{id}/delete", ExportsMake, pages::unplan::ask)
        .action(at::<UnplanExports>("/admin/exports/schedules/{id}/delete"), pages::unplan::submit)
        .page("/admin/exports/{id}", ExportsMake, pages::show::show)
        .live("/admin/exports/{id}/live", ExportsMake, pages::show::show)
        .page("/admin/exports/{id}/download", ExportsMake, pages::download::download)
        .action(at::<CancelExport>("/admin/exports/{id}/cancel"), pages::cancel::submit)
}

/// What happens afterwards, and every ten minutes.
///
/// # Errors
/// When the schedule cannot be read.
pub fn jobs<S>(registry: Registry<S>) -> Result<Registry<S>, Error>
where
    Press: FromRef<S>,
{
    let registry = registry.register::<jobs::MakeExport>().register::<jobs::ExpireFile>().register::<jobs::Sweep>();
    let registry = registry.register::<jobs::KeepTime>().register::<jobs::LookAtClock>();
    let registry = registry.schedule("exports.look_at_clock", "* * * * *", "UTC", &jobs::LookAtClock)?;
    registry.schedule("exports.sweep", "*/10 * * * *", "UTC", &jobs::Sweep)
}
