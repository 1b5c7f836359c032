//! Users: find one in a second, see everything about them on one page, and do what support does.
mod actions;
mod filter;
mod jobs;
mod model;
mod pages;
mod store;

pub use actions::EndUserSessions;
pub use actions::bulk::KINDS as BULK;
pub use store::crowd::CROWD;

use crate::jobs::Registry;
use crate::kernel::{Desk, Permission};
use crate::web::dataset::Dataset;
use crate::web::{Routes, at};
use actions::{AddNote, AddTag, ChangeRole, ChangeTier, RemoveTag, RestoreUser, SuspendUser};
use axum::extract::FromRef;

/// What can be exported.
pub const DATASETS: &[Dataset] = &[store::dataset::USERS];

/// The pages and actions.
pub fn routes(routes: Routes) -> Routes {
    routes
        .page("/admin/users", Permission::UsersRead, pages::index::index)
        .nav("Support", "Users", "users")
        .page("/admin/users/{id}", Permission::UsersRead, pages::show::show)
        .page("/admin/users/{id}/suspend", Permission::UsersStatus, pages::suspend::ask)
        .action(at::<SuspendUser>("/admin/users/{id}/suspend"), pages::suspend::submit)
        .page("/admin/users/{id}/restore", Permission::UsersStatus, pages::restore::ask)
        .action(at::<RestoreUser>("/admin/users/{id}/restore"), pages::restore::submit)
        .page("/admin/users/{id}/tier", Permission::UsersTier, pages::tier::ask)
        .action(at::<ChangeTier>("/admin/users/{id}/tier"), pages::tier::submit)
        .page("/admin/users/{id}/role", Permission::UsersRole, pages::role::ask)
        .action(at::<ChangeRole>("/admin/users/{id}/role"), pages::role::submit)
        .action(at::<AddNote>("/admin/users/{id}/notes"), pages::note::submit)
        .action(at::<AddTag>("/admin/users/{id}/tags"), pages::tag::add)
        .action(at::<RemoveTag>("/admin/users/{id}/tags/remove"), pages::tag::remove)
}

/// What happens later.
pub fn jobs<S>(registry: Registry<S>) -> Registry<S>
where
    Desk: FromRef<S>,
{
    registry.register::<jobs::EndSessions>()
}
