//! Whether the data holds together: checks that look by the clock and by hand, repairs of what they find, and tidying up.
mod actions;
mod jobs;
mod model;
mod pages;
mod store;

pub use jobs::Lens;

use crate::jobs::{Error, Registry};
use crate::kernel::Approvable;
use crate::kernel::Permission::{IntegrityAct, IntegrityRead};
use crate::web::{Routes, at};
use actions::{RemoveOld, RemoveRows, RepairRows, RunChecks};
use axum::extract::FromRef;
use model::Check;

/// The pages and the actions.
pub fn routes(routes: Routes) -> Routes {
    routes
        .page("/admin/data", IntegrityRead, pages::index::index)
        .nav("Data", "Integrity", "database-search")
        .live("/admin/data/live", IntegrityRead, pages::index::index)
        .action(at::<RunChecks>("/admin/data/run"), pages::run::submit)
        .page("/admin/data/cleanup", IntegrityRead, pages::cleanup::show)
        .live("/admin/data/cleanup/live", IntegrityRead, pages::cleanup::show)
        .page("/admin/data/cleanup/{sweep}", IntegrityAct, pages::cleanup::ask)
        .action(at::<RemoveOld>("/admin/data/cleanup/{sweep}"), pages::cleanup::submit)
        .page("/admin/data/{check}", IntegrityRead, pages::show::show)
        .live("/admin/data/{check}/live", IntegrityRead, pages::show::show)
        .page("/admin/data/{check}/repair", IntegrityAct, pages::repair::ask)
        .action(at::<RepairRows>("/admin/data/{check}/repair"), pages::repair::submit)
        .page("/admin/data/{check}/remove", IntegrityAct, pages::remove::ask)
        .action(at::<RemoveRows>("/admin/data/{check}/remove"), pages::remove::submit)
}

/// The codes of all checks.
pub fn checks() -> Vec<String> {
    Check::ALL.iter().map(|check| check.code().to_owned()).collect()
}

/// What waits for a second admin: removing rows for good.
pub fn approvable(approvable: Approvable) -> Approvable {
    approvable.register::<RemoveRows>()
}

/// Each check is a job of its own, with a schedule of its own: one that is slow does not hold the others.
///
/// # Errors
/// When a schedule cannot be read.
pub fn jobs<S>(registry: Registry<S>) -> Result<Registry<S>, Error>
where
    Lens: FromRef<S>,
{
    let registry = registry.register::<jobs::RunCheck>().register::<jobs::RemoveFiles>().register::<jobs::CleanUp>();
    let registry = registry.register::<jobs::CleanUpDue>().schedule("integrity.clean_up_due", "37 4 * * *", "UTC", &jobs::CleanUpDue)?;
    Check::ALL.iter().try_fold(registry, |registry, check| {
        registry.schedule(&check.schedule(), &check.cron(), "UTC", &jobs::RunCheck { check: *check, run: None })
    })
}
