//! Workflows: runs of the crews of agents; what fails and why, and starting it again.
mod actions;
mod filter;
mod jobs;
mod model;
mod pages;
mod store;

use crate::gateways::crewai::Crews;
use crate::jobs::{Error, Registry};
use crate::kernel::Permission;
use crate::web::dataset::Dataset;
use crate::web::{Routes, at};
use actions::{RetryWorkflow, RetryWorkflows, SettleWorkflow, StopWorkflow};
use axum::extract::FromRef;

/// What can be exported.
pub const DATASETS: &[Dataset] = &[store::dataset::RUNS];

/// The pages and actions, and what crews' hosts tell.
pub fn routes(routes: Routes) -> Routes {
    use Permission::{WorkflowsAct, WorkflowsRead};
    routes
        .page("/admin/workflows", WorkflowsRead, pages::index::index)
        .nav("Support", "Workflows", "subtask")
        .page("/admin/workflows/failures", WorkflowsRead, pages::failures::index)
        .page("/admin/workflows/retry", WorkflowsAct, pages::many::ask)
        .action(at::<RetryWorkflows>("/admin/workflows/retry"), pages::many::submit)
        .page("/admin/workflows/{id}", WorkflowsRead, pages::show::show)
        .live("/admin/workflows/{id}/live", WorkflowsRead, pages::show::live)
        .page("/admin/workflows/{id}/retry", WorkflowsAct, pages::retry::ask)
        .action(at::<RetryWorkflow>("/admin/workflows/{id}/retry"), pages::retry::submit)
        .page("/admin/workflows/{id}/stop", WorkflowsAct, pages::stop::ask)
        .action(at::<StopWorkflow>("/admin/workflows/{id}/stop"), pages::stop::submit)
        .page("/admin/workflows/{id}/settle", WorkflowsAct, pages::settle::ask)
        .action(at::<SettleWorkflow>("/admin/workflows/{id}/settle"), pages::settle::submit)
        .webhook("/webhooks/crewai", pages::hook::hear)
}

/// What happens to runs after a change, and every minute in case that one is followed by nobody.
///
/// # Errors
/// When the schedule cannot be read.
pub fn jobs<S>(registry: Registry<S>) -> Result<Registry<S>, Error>
where
    Crews: FromRef<S>,
{
    let registry = registry.register::<jobs::Kickoff>().register::<jobs::Look>().register::<jobs::Hear>().register::<jobs::Stop>();
    registry.register::<jobs::LookForLate>().schedule("workflows.look_for_late", "* * * * *", "UTC", &jobs::LookForLate)
}
