//! Feature flags: what is on for whom, who would gain or lose before it is saved, and what it was at any time.
mod actions;
mod filter;
mod jobs;
mod model;
mod pages;
mod store;

use crate::jobs::{Error, Registry};
use crate::kernel::Desk;
use crate::kernel::Permission::{FlagsEdit, FlagsOverride, FlagsRead};
use crate::web::machine::Callers::Browsers;
use crate::web::{Routes, at};
use actions::{ArchiveFlag, CreateFlag, EditFlag, KillFlag, RemoveOverride, RestoreFlag, RevertFlag, SetOverrides, TurnOnFlag, UndoFlags};
use axum::extract::FromRef;
use axum::http::Method;

/// The pages, the actions, and what the platform asks.
pub fn routes(routes: Routes) -> Routes {
    use pages::{archive, create, edit, index, ofrep, overrides, reach, revert, show, stream, switch, undo, version};
    routes
        .page("/admin/features", FlagsRead, index::index)
        .nav("Switches", "Feature flags", "flag")
        .page("/admin/features/new", FlagsEdit, create::ask)
        .action(at::<CreateFlag>("/admin/features/new"), create::submit)
        .page("/admin/features/{flag}", FlagsRead, show::show)
        .live("/admin/features/{flag}/reach", FlagsRead, reach::reach)
        .page("/admin/features/{flag}/edit", FlagsEdit, edit::ask)
        .action(at::<EditFlag>("/admin/features/{flag}/edit"), edit::submit)
        .action(at::<KillFlag>("/admin/features/{flag}/kill"), switch::kill)
        .page("/admin/features/{flag}/on", FlagsEdit, switch::ask_on)
        .action(at::<TurnOnFlag>("/admin/features/{flag}/on"), switch::on)
        .page("/admin/features/{flag}/archive", FlagsEdit, archive::ask)
        .action(at::<ArchiveFlag>("/admin/features/{flag}/archive"), archive::submit)
        .page("/admin/features/{flag}/restore", FlagsEdit, archive::ask_restore)
        .action(at::<RestoreFlag>("/admin/features/{flag}/restore"), archive::restore)
        .page("/admin/features/{flag}/overrides", FlagsOverride, overrides::ask)
        .action(at::<SetOverrides>("/admin/features/{flag}/overrides"), overrides::submit)
        .action(at::<RemoveOverride>("/admin/features/{flag}/overrides/{user}/remove"), overrides::remove)
        .page("/admin/features/{flag}/versions/{version}", FlagsRead, version::version)
        .page("/admin/features/{flag}/versions/{version}/revert", FlagsEdit, revert::ask)
        .action(at::<RevertFlag>("/admin/features/{flag}/versions/{version}/revert"), revert::submit)
        .page("/admin/features/undo", FlagsEdit, undo::ask)
        .action(at::<UndoFlags>("/admin/features/undo"), undo::submit)
        .machine(Method::POST, "/ofrep/v1/evaluate/flags/{*key}", Browsers, ofrep::one)
        .machine(Method::POST, "/ofrep/v1/evaluate/flags", Browsers, ofrep::all)
        .machine(Method::GET, "/ofrep/v1/events", crate::web::machine::Callers::Anybody, stream::events)
}

/// What happens by the clock.
///
/// # Errors
/// When its times make no sense.
pub fn jobs<S>(registry: Registry<S>) -> Result<Registry<S>, Error>
where
    Desk: FromRef<S>,
{
    registry.register::<jobs::DropExpired>().schedule("flags.drop_expired", "17 * * * *", "UTC", &jobs::DropExpired {})
}
