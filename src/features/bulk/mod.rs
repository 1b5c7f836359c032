//! Bulk: one change for many rows, frozen when it is previewed, done batch by batch, each row once and on the record.
mod actions;
mod filter;
mod jobs;
mod model;
mod pages;
mod store;

use crate::jobs::{Error, Registry};
use crate::kernel::Permission::BulkRun;
use crate::kernel::{Approvable, Desk};
use crate::web::bulk::BulkKind;
use crate::web::{Routes, at};
use actions::{CancelBulk, PauseBulk, PrepareBulk, ResumeBulk, StartBulk, StartSeconded};
use axum::extract::FromRef;
use std::sync::Arc;

/// Everything that can be done with many rows, of all features; cheap to clone.
#[derive(Clone)]
pub struct Kinds(pub Arc<[BulkKind]>);

impl Kinds {
    /// The kind of that name.
    pub fn named(&self, name: &str) -> Option<&BulkKind> {
        self.0.iter().find(|kind| kind.name == name)
    }

    /// What a list offers.
    pub fn of<'a>(&'a self, list: &'a str) -> impl Iterator<Item = &'a BulkKind> {
        self.0.iter().filter(move |kind| kind.list == list)
    }
}

/// What waits for a second admin: those who run such operations approve them, and billing approves what is about money.
pub fn approvable(known: Approvable) -> Approvable {
    known.register_for::<StartSeconded>(|start| start.approval)
}

/// The pages and actions.
pub fn routes(routes: Routes) -> Routes {
    use pages::{index, new, quick, rows, show, start};
    routes
        .page("/admin/bulk", BulkRun, index::index)
        .nav("Operations", "Bulk operations", "list-check")
        .page("/admin/bulk/new", BulkRun, new::ask)
        .action(at::<PrepareBulk>("/admin/bulk/new"), new::submit)
        .page("/admin/bulk/{id}", BulkRun, show::show)
        .live("/admin/bulk/{id}/progress", BulkRun, show::progress)
        .page("/admin/bulk/{id}/rows", BulkRun, rows::index)
        .page("/admin/bulk/{id}/failures", BulkRun, rows::failures)
        .page("/admin/bulk/{id}/start", BulkRun, start::ask)
        .action(at::<StartBulk>("/admin/bulk/{id}/start"), start::submit)
        .page("/admin/bulk/{id}/propose", BulkRun, start::ask)
        .action(at::<StartSeconded>("/admin/bulk/{id}/propose"), start::propose)
        .action(at::<PauseBulk>("/admin/bulk/{id}/pause"), quick::pause)
        .action(at::<ResumeBulk>("/admin/bulk/{id}/resume"), quick::resume)
        .action(at::<CancelBulk>("/admin/bulk/{id}/cancel"), quick::cancel)
}

/// Doing the rows, and every minute a look at what nobody goes on with.
///
/// # Errors
/// When the schedule cannot be read.
pub fn jobs<S>(registry: Registry<S>) -> Result<Registry<S>, Error>
where
    Desk: FromRef<S>,
    Kinds: FromRef<S>,
    S: 'static,
{
    let registry = registry.register::<jobs::RunBulk>().register::<jobs::ExpireDraft>().register::<jobs::LookAtBulk>();
    registry.schedule("bulk.look_at_operations", "* * * * *", "UTC", &jobs::LookAtBulk {})
}
