//! What can be seen of exports, and where they are asked for; a file each.
pub mod cancel;
pub mod download;
pub mod index;
pub mod new;
pub mod plan;
pub mod schedules;
pub mod show;
pub mod unplan;
mod words;

use super::model::Export;
use super::store;
use crate::gateways::storage::Objects;
use crate::kernel::{Error, Permission, Result};
use crate::web::Admin;
use crate::web::dataset::Dataset;
use std::sync::Arc;
use uuid::Uuid;

const PATH: &str = "/admin/exports";

/// What can be exported, and where the files are; cheap to clone.
#[derive(Clone)]
pub struct Offered {
    pub datasets: Arc<[Dataset]>,
    pub objects: Objects,
}

impl Offered {
    fn find(&self, name: &str) -> Result<&Dataset> {
        self.datasets.iter().find(|dataset| dataset.name == name).ok_or_else(|| Error::NotFound("There is no such export.".into()))
    }
}

/// An export that this admin may look at: their own, or any for those who look after all. A refusal is on the record.
async fn subject(admin: &Admin, id: Uuid) -> Result<Export> {
    let mut db = admin.reader().await?;
    let export = store::find(&mut db, id).await?;
    db.keep();
    if export.owner != admin.id() {
        admin.desk().admit_reading(admin.actor(), Permission::ExportsAll, admin.here()).await?;
    }
    Ok(export)
}
