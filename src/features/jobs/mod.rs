//! Jobs: what happens after a change, what waits, what died, and trying it again.
mod actions;
mod pages;
mod store;

pub use actions::bulk::KINDS as BULK;

use crate::kernel::Permission;
use crate::web::{Routes, at};
use actions::{CancelJob, RetryJob};

/// The pages and actions.
pub fn routes(routes: Routes) -> Routes {
    routes
        .page("/admin/jobs", Permission::JobsRead, pages::index)
        .nav("Operations", "Jobs", "stack-2")
        .page("/admin/jobs/{id}", Permission::JobsRead, pages::show)
        .action(at::<RetryJob>("/admin/jobs/{id}/retry"), pages::retry)
        .page("/admin/jobs/{id}/cancel", Permission::JobsAct, pages::ask_cancel)
        .action(at::<CancelJob>("/admin/jobs/{id}/cancel"), pages::cancel)
}
