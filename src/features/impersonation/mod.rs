//! View as user: the platform as one user sees it, read-only, for minutes, on the record page by page.
mod actions;
mod jobs;
mod model;
mod pages;
mod store;

use crate::jobs::{Error, Registry};
use crate::kernel::{Desk, Permission};
use crate::web::machine::Callers;
use crate::web::{Routes, at};
use actions::{EndView, StartView};
use axum::extract::FromRef;
use axum::http::Method;

/// Beginning and ending, what a user sees, and what the platform's own pages need to take over.
pub fn routes(routes: Routes) -> Routes {
    use pages::{end, hand_over, home, made, money, start, work};
    routes
        .page("/admin/users/{id}/impersonate", Permission::UsersView, start::ask)
        .action(at::<StartView>("/admin/users/{id}/impersonate"), start::submit)
        .action(at::<EndView>("/as/end"), end::submit)
        .page("/admin/view-ended", Permission::UsersView, end::ended)
        .viewed("/as", home::home)
        .viewed("/as/projects", made::projects)
        .viewed("/as/projects/{id}", made::project)
        .viewed("/as/characters", made::characters)
        .viewed("/as/models", made::models)
        .viewed("/as/generations", work::generations)
        .viewed("/as/credits", money::credits)
        .viewed("/as/subscription", money::subscription)
        .viewed("/as/notifications", work::notifications)
        .viewed("/as/features", home::features)
        .viewed("/as/platform", hand_over::hand_over)
        .machine(Method::GET, "/.well-known/jwks.json", Callers::Anybody, hand_over::keys)
        .machine(Method::GET, "/api/v1/view-grants/{id}", Callers::Servers, hand_over::check)
}

/// Writing down that a view is over, when nobody ended it by hand.
///
/// # Errors
/// When the schedule cannot be read.
pub fn jobs<S>(registry: Registry<S>) -> Result<Registry<S>, Error>
where
    Desk: FromRef<S>,
{
    let registry = registry.register::<jobs::CloseView>().register::<jobs::LookForVoid>();
    registry.schedule("impersonation.look_for_void", "* * * * *", "UTC", &jobs::LookForVoid)
}
