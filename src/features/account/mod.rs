//! Account: an admin's own settings.
mod actions;
mod pages;
mod store;

use crate::kernel::Permission;
use crate::web::{Routes, at};
use actions::{AddPasskey, RemovePasskey, RenamePasskey, SetTheme};

/// The pages and actions.
pub fn routes(routes: Routes) -> Routes {
    routes
        .action(at::<SetTheme>("/admin/account/theme"), pages::set_theme)
        .page("/admin/account/passkeys", Permission::Own, pages::passkeys::index)
        .action(at::<AddPasskey>("/admin/account/passkeys"), pages::passkeys::add)
        .page("/admin/account/passkeys/{id}/rename", Permission::Own, pages::passkeys::ask_name)
        .action(at::<RenamePasskey>("/admin/account/passkeys/{id}/rename"), pages::passkeys::rename)
        .page("/admin/account/passkeys/{id}/remove", Permission::Own, pages::passkeys::ask_removal)
        .action(at::<RemovePasskey>("/admin/account/passkeys/{id}/remove"), pages::passkeys::remove)
}
