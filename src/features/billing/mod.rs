//! Billing: what people pay, what they got back, and what the gateway says about it.
mod actions;
mod lists;
mod jobs;
mod model;
mod store;
mod till;

pub use till::Till;

use crate::jobs::{Error, Registry};
use crate::web::Routes;
use axum::extract::FromRef;

/// The pages and actions, and what the gateway tells.
pub fn routes(routes: Routes) -> Routes {
    money(routes)
}

/// Payments, refunds, operations, and what the gateway tells.
fn money(routes: Routes) -> Routes {
    routes
}

/// What happens at the gateway, and by the clock.
///
/// # Errors
/// When a schedule cannot be read.
pub fn jobs<S>(registry: Registry<S>) -> Result<Registry<S>, Error>
where
    Till: FromRef<S>,
{
    let registry = registry.register::<jobs::Send>().register::<jobs::Look>().register::<jobs::Hear>().register::<jobs::Tell>();
    let registry = registry.register::<jobs::LookForLate>().register::<jobs::Renew>().register::<jobs::Expire>();
    registry
        .register::<jobs::Reconcile>()
        .schedule("billing.look_for_late", "* * * * *", "UTC", &jobs::LookForLate)?
        .schedule("billing.renew", "* * * * *", "UTC", &jobs::Renew)?
        .schedule("billing.expire", "* * * * *", "UTC", &jobs::Expire)?
        .schedule("billing.reconcile", "*/10 * * * *", "UTC", &jobs::Reconcile)
}
