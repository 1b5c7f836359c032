//! Health: whether anything is wrong, since when, and whom it hurts.
mod filter;
mod jobs;
mod model;
mod pages;
mod store;

pub use jobs::sampler::Sampler;

use crate::jobs::{Error, Registry};
use crate::kernel::{Desk, Permission};
use crate::web::Routes;
use axum::extract::FromRef;

/// The page, and the part of it that asks by itself.
pub fn routes(routes: Routes) -> Routes {
    routes
        .page("/admin/health", Permission::HealthRead, pages::index::index)
        .nav("Operations", "Health", "heartbeat")
        .live("/admin/health/live", Permission::HealthRead, pages::index::index)
        .page("/admin/health/faults", Permission::HealthRead, pages::faults::index)
        .page("/admin/health/generations", Permission::HealthRead, pages::generations::index)
}

/// What is measured every minute.
///
/// # Errors
/// When the schedule cannot be read.
pub fn jobs<S>(registry: Registry<S>) -> Result<Registry<S>, Error>
where
    Desk: FromRef<S>,
{
    registry.register::<jobs::Sample>().schedule("health.sample", "* * * * *", "UTC", &jobs::Sample)
}
