//! Mailbox: the letters that the demo has delivered. Where there is a mail server, there is no such page.
mod filter;
mod pages;
mod store;

use crate::kernel::Permission;
use crate::web::Routes;
use crate::web::site::Environment;

/// The pages, in the sandbox.
pub fn routes(routes: Routes) -> Routes {
    if routes.site().environment != Environment::Sandbox {
        return routes;
    }
    routes.page("/admin/mailbox", Permission::Own, pages::index).nav("Demo", "Mailbox", "mail").page(
        "/admin/mailbox/{id}",
        Permission::Own,
        pages::show,
    )
}
