//! Audit: who did what, to whom, and the proof that nobody changed the story afterwards.
mod filter;
mod pages;
mod store;
mod words;

use crate::kernel::Permission;
use crate::web::Routes;
use crate::web::dataset::Dataset;

/// What can be exported.
pub const DATASETS: &[Dataset] = &[store::dataset::AUDIT];

/// The pages.
pub fn routes(routes: Routes) -> Routes {
    routes
        .page("/admin/audit", Permission::AuditRead, pages::index::index)
        .nav("Data", "Audit log", "history")
        .page("/admin/audit/verify", Permission::AuditVerify, pages::verify::verify)
        .page("/admin/audit/{id}", Permission::AuditRead, pages::show::show)
}
