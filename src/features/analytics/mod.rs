//! Analytics: what was sent to the collector, what waits, and what it would not take.
mod filter;
mod pages;
mod store;

use crate::kernel::Permission;
use crate::web::Routes;

/// The pages.
pub fn routes(routes: Routes) -> Routes {
    routes.page("/admin/analytics", Permission::AnalyticsRead, pages::index::index).nav("Operations", "Analytics", "chart-line").page(
        "/admin/analytics/{id}",
        Permission::AnalyticsRead,
        pages::show::show,
    )
}
