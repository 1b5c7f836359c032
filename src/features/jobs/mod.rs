//! Jobs: what happens after a change and by the clock, what waits, what died, and what can be done about it.
mod actions;
mod filter;
mod pages;
mod store;

pub use actions::bulk::KINDS as BULK;

use crate::kernel::Permission;
use crate::web::dataset::Dataset;
use crate::web::{Routes, at};
use actions::{CancelJob, DiscardJob, PauseSchedule, ResumeSchedule, RetryJob, RunSchedule};

/// What can be exported.
pub const DATASETS: &[Dataset] = &[store::dataset::JOBS];

/// The pages and actions.
pub fn routes(routes: Routes) -> Routes {
    use Permission::{JobsAct, JobsRead};
    routes
        .page("/admin/jobs", JobsRead, pages::index::index)
        .nav("Operations", "Jobs", "stack-2")
        .live("/admin/jobs/live", JobsRead, pages::index::index)
        .page("/admin/jobs/{id}", JobsRead, pages::show::show)
        .action(at::<RetryJob>("/admin/jobs/{id}/retry"), pages::quick::retry)
        .page("/admin/jobs/{id}/cancel", JobsAct, pages::stop::ask_cancel)
        .action(at::<CancelJob>("/admin/jobs/{id}/cancel"), pages::stop::cancel)
        .page("/admin/jobs/{id}/discard", JobsAct, pages::stop::ask_discard)
        .action(at::<DiscardJob>("/admin/jobs/{id}/discard"), pages::stop::discard)
        .action(at::<RunSchedule>("/admin/jobs/schedules/{name}/run"), pages::quick::run)
        .action(at::<PauseSchedule>("/admin/jobs/schedules/{name}/pause"), pages::quick::pause)
        .action(at::<ResumeSchedule>("/admin/jobs/schedules/{name}/resume"), pages::quick::resume)
}
