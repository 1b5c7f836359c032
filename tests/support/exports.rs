//! Where a studio's exports are made and kept.
use super::Studio;
use super::instance::outside;
use super::server::Database;
use super::studio::READERS;
use backlot::app::{self, Outside};
use backlot::features::exports::{Press, Shelves};
use backlot::gateways::storage::{Folder, Objects};
use backlot::kernel::Desk;
use sqlx::PgPool;
use std::path::Path;
use std::sync::Arc;

/// A folder for exports.
pub fn shelf(folder: &Path) -> Objects {
    let place = folder.join("exports");
    std::fs::create_dir_all(&place).unwrap();
    Objects::new(Arc::new(Folder::open(&place).unwrap()))
}

impl Studio {
    /// A studio whose exports are kept in this store.
    pub async fn with_shelf(exports: Objects) -> Self {
        Self::make(Database::furnished().await, READERS, |mail| Outside { exports, ..outside(mail) }).await
    }

    /// What exports are made with.
    pub fn press(&self, work: &PgPool) -> Press {
        let reader = self.database.ways.reader.options();
        let shelves = Shelves { objects: self.outside.exports.clone(), unfinished: self.unfinished.clone() };
        let mut press = Press::new(Desk::new(work.clone()), reader, shelves, self.site.live.clone(), app::datasets());
        press.sheet_rows = self.sheet_rows.unwrap_or(press.sheet_rows);
        press
    }
}
