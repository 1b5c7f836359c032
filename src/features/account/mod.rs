//! Account: what an admin sees and settles about themselves: name, password, second factor, recovery codes, sessions, preferences.
mod actions;
mod model;
mod pages;
mod store;
mod words;

use crate::kernel::Permission;
use crate::web::{Routes, at};
use actions::{
    AddPasskey, ChangePassword, EndOtherSessions, EndSession, RemovePasskey, RenamePasskey, RenewCodes, ReplaceFactor, SetName,
    SetPreferences, SetTheme,
};

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
        .page("/admin/account/passkeys", Permission::Own, pages::passkeys::index)
        .action(at::<AddPasskey>("/admin/account/passkeys"), pages::passkeys::add)
        .page("/admin/account/passkeys/{id}/rename", Permission::Own, pages::passkeys::ask_name)
        .action(at::<RenamePasskey>("/admin/account/passkeys/{id}/rename"), pages::passkeys::rename)
        .page("/admin/account/passkeys/{id}/remove", Permission::Own, pages::passkeys::ask_removal)
        .action(at::<RemovePasskey>("/admin/account/passkeys/{id}/remove"), pages::passkeys::remove)
}
