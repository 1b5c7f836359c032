//! LoRA models: how far their training is, why it failed, and what support does about it.
mod actions;
mod filter;
mod jobs;
mod model;
mod pages;
mod store;

pub use actions::bulk::KINDS as BULK;

use crate::gateways::storage::Objects;
use crate::gateways::training::Trainer;
use crate::jobs::{Error, Registry};
use crate::kernel::{Desk, Permission};
use crate::web::dataset::Dataset;
use crate::web::{Routes, at};
use actions::{CancelTraining, DeleteModel, LinkCharacter, RestoreModel, RetryTraining, UnlinkCharacter};
use axum::extract::FromRef;

/// What can be exported.
pub const DATASETS: &[Dataset] = &[store::dataset::MODELS];

/// The pages, the actions, and what the training service tells.
pub fn routes(routes: Routes) -> Routes {
    use Permission::{LoraAct, LoraDelete, LoraLogs, LoraRead};
    routes
        .page("/admin/lora", LoraRead, pages::index::index)
        .nav("Support", "LoRA models", "sparkles")
        .live("/admin/lora/live", LoraRead, pages::live::live)
        .page("/admin/lora/failures", LoraRead, pages::failures::failures)
        .page("/admin/lora/{id}", LoraRead, pages::show::show)
        .live("/admin/lora/{id}/live", LoraRead, pages::show::show)
        .page("/admin/lora/{id}/file", LoraRead, pages::file::file)
        .live("/admin/lora/{id}/images/{image}", LoraRead, pages::image::image)
        .page("/admin/lora/{id}/log", LoraLogs, pages::log::log)
        .live("/admin/lora/{id}/log/more", LoraLogs, pages::log::more)
        .page("/admin/lora/{id}/log/download", LoraLogs, pages::log::download)
        .page("/admin/lora/{id}/retry", LoraAct, pages::retry::ask)
        .action(at::<RetryTraining>("/admin/lora/{id}/retry"), pages::retry::submit)
        .page("/admin/lora/{id}/cancel", LoraAct, pages::cancel::ask)
        .action(at::<CancelTraining>("/admin/lora/{id}/cancel"), pages::cancel::submit)
        .page("/admin/lora/{id}/link", LoraAct, pages::link::ask)
        .action(at::<LinkCharacter>("/admin/lora/{id}/link"), pages::link::submit)
        .action(at::<UnlinkCharacter>("/admin/lora/{id}/unlink"), pages::link::unlink)
        .page("/admin/lora/{id}/delete", LoraDelete, pages::delete::ask)
        .action(at::<DeleteModel>("/admin/lora/{id}/delete"), pages::delete::submit)
        .action(at::<RestoreModel>("/admin/lora/{id}/restore"), pages::delete::restore)
        .webhook("/webhooks/training", pages::webhook::hear)
}

/// What happens outside, and by the clock.
///
/// # Errors
/// When a schedule cannot be read.
pub fn jobs<S>(registry: Registry<S>) -> Result<Registry<S>, Error>
where
    Desk: FromRef<S>,
    Trainer: FromRef<S>,
    Objects: FromRef<S>,
{
    let registry = registry.register::<jobs::Submit>().register::<jobs::Look>().register::<jobs::Hear>().register::<jobs::Cancel>();
    let registry = registry.register::<jobs::Poll>().register::<jobs::Purge>().register::<jobs::PurgeDue>();
    registry.schedule("lora.poll", "*/10 * * * * *", "UTC", &jobs::Poll)?.schedule("lora.purge_due", "17 3 * * *", "UTC", &jobs::PurgeDue)
}
