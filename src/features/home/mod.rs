//! Home: what awaits this admin, by their role.
mod pages;
mod store;

use crate::kernel::Permission;
use crate::web::Routes;

/// The page.
pub fn routes(routes: Routes) -> Routes {
    routes.public("/", pages::front).page("/admin", Permission::Own, pages::home).nav("", "Home", "home")
}
