//! Projects: what a user's piece of work is now, how it came to be, and what was made for it.
mod model;
mod pages;
mod store;

use crate::kernel::Permission::ProjectsRead;
use crate::web::Routes;

/// The pages.
pub fn routes(routes: Routes) -> Routes {
    routes
        .page("/admin/projects/{id}", ProjectsRead, pages::show::show)
        .page("/admin/projects/{id}/raw", ProjectsRead, pages::raw::show)
        .page("/admin/projects/{id}/state.json", ProjectsRead, pages::raw::download)
        .page("/admin/projects/{id}/states/{version}", ProjectsRead, pages::version::show)
}
