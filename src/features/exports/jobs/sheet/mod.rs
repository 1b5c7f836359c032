//! How rows become a file: a thread of its own reads what the database sent, writes, hashes and counts.
mod bundle;
mod cell;
mod csv;
mod excel;
mod file;
mod json;
mod lines;
mod text;

pub use bundle::Cover;
pub use excel::SHEET_ROWS;
pub use file::{Finished, Tally};

use crate::features::exports::model::Format;
use crate::web::dataset::Column;
use bundle::Bundle;
use cell::{Row, Rows};
use excel::Excel;
use file::Hashed;
use lines::Lines;
use std::io::{Error, ErrorKind, Result};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::mpsc::Receiver;

/// A table that begins.
#[derive(Clone, Debug)]
pub struct Head {
    pub name: &'static str,
    pub label: &'static str,
    pub columns: Vec<&'static Column>,
}

/// What the writing thread is handed.
pub enum Piece {
    Begin(Head),
    /// Part of the stream of rows, cut anywhere.
    Rows(Vec<u8>),
    End,
    /// All tables are there. Without it nothing is finished.
    Done,
}

/// What is to be written, and where.
pub struct Paper {
    pub format: Format,
    pub gzip: bool,
    pub folder: PathBuf,
    /// Rows of one sheet of Excel.
    pub sheet_rows: u32,
    pub tally: Arc<Tally>,
    /// What stands before the tables of a whole person.
    pub cover: Cover,
}

/// A file in some format.
trait Sheet {
    /// A table begins.
    fn table(&mut self, head: &Head) -> Result<()>;
    fn row(&mut self, row: Row<'_>) -> Result<()>;
    /// Its last row is written.
    fn end(&mut self) -> Result<()>;
    fn finish(self: Box<Self>) -> Result<Finished>;
}

fn sheet(paper: Paper) -> Result<Box<dyn Sheet>> {
    let file = Hashed::create(&paper.folder, paper.tally)?;
    Ok(match paper.format {
        Format::Excel => Box::new(Excel::new(file, &paper.folder, paper.sheet_rows)?),
        Format::Zip => Box::new(Bundle::new(file, paper.cover)),
        format => Box::new(Lines::new(format, paper.gzip, file)),
    })
}

/// Writes what comes until it is done. Runs on a thread that may wait.
///
/// # Errors
/// When the disk is full, what comes makes no sense, or whoever sends it has given up.
pub fn write(mut pieces: Receiver<Piece>, paper: Paper) -> Result<Finished> {
    let tally = Arc::clone(&paper.tally);
    let mut sheet = sheet(paper)?;
    let mut rows = Rows::default();
    let mut count = 0;
    loop {
        match pieces.blocking_recv() {
            Some(Piece::Begin(head)) => {
                rows = Rows::default();
                sheet.table(&head)?;
            }
            Some(Piece::Rows(bytes)) => {
                rows.take(&bytes, |row| {
                    count += 1;
                    sheet.row(row)
                })?;
                tally.rows.store(count, Ordering::Relaxed);
            }
            Some(Piece::End) if rows.is_whole() => sheet.end()?,
            Some(Piece::End) => return Err(Error::new(ErrorKind::UnexpectedEof, "the database's rows broke off")),
            Some(Piece::Done) => return sheet.finish(),
            None => return Err(Error::new(ErrorKind::Interrupted, "given up")),
        }
    }
}
