//! What exports are made with.
use super::sheet::SHEET_ROWS;
use crate::gateways::storage::Objects;
use crate::kernel::Desk;
use crate::live::Live;
use crate::web::dataset::Dataset;
use sqlx::postgres::PgConnectOptions;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Exports that one server makes at once: each takes a core and a connection of its own.
const SEATS: usize = 3;

/// Where files are.
#[derive(Clone)]
pub struct Shelves {
    pub objects: Objects,
    /// Where a file is until it is whole.
    pub unfinished: PathBuf,
}

/// What exports are made with; cheap to clone.
#[derive(Clone)]
pub struct Press {
    pub desk: Desk,
    /// The role that can only read.
    pub reader: PgConnectOptions,
    pub shelves: Shelves,
    pub datasets: Arc<[Dataset]>,
    pub live: Live,
    /// Rows of one sheet of Excel.
    pub sheet_rows: u32,
    pub(super) seats: Arc<Semaphore>,
}

impl Press {
    /// Over a way to read, and places for the files.
    #[must_use]
    pub fn new(desk: Desk, reader: PgConnectOptions, shelves: Shelves, live: Live, datasets: Arc<[Dataset]>) -> Self {
        Self { desk, reader, shelves, datasets, live, sheet_rows: SHEET_ROWS, seats: Arc::new(Semaphore::new(SEATS)) }
    }

    pub(super) fn dataset(&self, name: &str) -> Option<Dataset> {
        self.datasets.iter().find(|dataset| dataset.name == name).copied()
    }
}
