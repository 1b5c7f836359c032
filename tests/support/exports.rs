//! Where a studio's exports are made and kept.
use super::Studio;
use backlot::app;
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
    /// What exports are made with.
    pub fn press(&self, work: &PgPool) -> Press {
        let reader = self.database.ways.reader.options();
        let shelves = Shelves { objects: self.outside.exports.clone(), unfinished: self.unfinished.clone() };
        Press::new(Desk::new(work.clone()), reader, shelves, self.site.live.clone(), app::datasets())
    }
}
