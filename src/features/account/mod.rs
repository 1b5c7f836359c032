//! Account: what an admin sees and settles about themselves: name, password, second factor, recovery codes, sessions, preferences.
mod actions;
mod model;
mod pages;
mod store;
mod words;

use crate::kernel::Permission;
use crate::web::{Routes, at};
use actions::{ChangePassword, EndOtherSessions, EndSession, RenewCodes, ReplaceFactor, SetName, SetPreferences, SetTheme};

/// The pages and actions.
pub fn routes(routes: Routes) -> Routes {
    routes
        .page("/admin/account", Permission::Own, pages::show::show)
        .action(at::<SetName>("/admin/account/name"), pages::name::submit)
        .page("/admin/account/password", Permission::Own, pages::password::ask)
        .action(at::<ChangePassword>("/admin/account/password"), pages::password::submit)
        .page("/admin/account/factor", Permission::Own, pages::factor::ask)
        .action(at::<ReplaceFactor>("/admin/account/factor"), pages::factor::submit)
        .page("/admin/account/codes", Permission::Own, pages::codes::show)
        .action(at::<RenewCodes>("/admin/account/codes"), pages::codes::renew)
        .action(at::<EndSession>("/admin/account/sessions/{id}/end"), pages::sessions::end)
        .action(at::<EndOtherSessions>("/admin/account/end-other-sessions"), pages::sessions::end_others)
        .action(at::<SetPreferences>("/admin/account/preferences"), pages::preferences::submit)
        .action(at::<SetTheme>("/admin/account/theme"), pages::theme::submit)
}
