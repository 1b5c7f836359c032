//! Approvals: what waits for a second admin, looked at, approved or not, and done exactly as it was approved.
mod actions;
mod filter;
mod jobs;
mod model;
mod pages;
mod store;

use crate::jobs::{Error, Registry};
use crate::kernel::Permission::ApprovalsRead;
use crate::kernel::proposal::Park;
use crate::kernel::{Approvable, Desk};
use crate::web::{Routes, at};
use actions::{Approve, Proposals, Propose, Reject, Withdraw};
use axum::extract::FromRef;
use std::sync::Arc;

/// Where the actions of all features wait.
pub fn park(known: Approvable) -> Arc<dyn Park> {
    Arc::new(Proposals(known))
}

/// The pages and actions.
pub fn routes(routes: Routes) -> Routes {
    use pages::{decide, index, show};
    routes
        .page("/admin/approvals", ApprovalsRead, index::index)
        .nav("Operations", "Approvals", "shield-check")
        .page("/admin/approvals/{id}", ApprovalsRead, show::show)
        .action(at::<Approve>("/admin/approvals/{id}/approve"), decide::approve)
        .action(at::<Reject>("/admin/approvals/{id}/reject"), decide::reject)
        .action(at::<Withdraw>("/admin/approvals/{id}/withdraw"), decide::withdraw)
        .action(at::<Propose>("/admin/approvals/{id}/again"), decide::again)
}

/// Doing what is approved, what happens at its time, and every minute in case that nobody noticed.
///
/// # Errors
/// When the schedule cannot be read.
pub fn jobs<S>(registry: Registry<S>) -> Result<Registry<S>, Error>
where
    Desk: FromRef<S>,
    Approvable: FromRef<S>,
    S: 'static,
{
    let registry = registry.register::<jobs::KeepProposal>().register::<jobs::LookAtProposals>();
    registry.schedule("approvals.look_at_proposals", "* * * * *", "UTC", &jobs::LookAtProposals {})
}
