//! Search: anything by any identifier, from everywhere.
mod pages;
mod store;

use crate::kernel::Permission;
use crate::web::Routes;

/// The search box's page, and the palette.
pub fn routes(routes: Routes) -> Routes {
    routes.page("/admin/search", Permission::Own, pages::search).page("/admin/search/palette", Permission::Own, pages::palette)
}
