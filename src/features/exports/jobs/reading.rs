//! Reading what an export is of: one moment, table by table, handed to the writing thread in pieces.
use super::sheet::{Head, Piece};
use crate::kernel::listing::Written;
use crate::kernel::{Error, Result, Snapshot};
use crate::web::dataset::Part;
use futures::TryStreamExt;
use tokio::sync::mpsc::Sender;

/// Bytes that are handed over at once.
const STEP: usize = 256 << 10;

/// The tables of an export, with their SQL written out.
pub struct Tables(Vec<(Head, Written)>);

/// Why reading came to nothing.
pub enum Broken {
    Database(Error),
    /// The writing thread has ended: it says why itself.
    Writer,
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

/// Writes the SQL out and counts the rows of the moment, no further than this.
///
/// # Errors
/// When the database cannot answer.
pub async fn survey(snapshot: &mut Snapshot, parts: Vec<Part>, most: i64) -> Result<(Tables, i64)> {
    let (mut tables, mut count) = (Vec::new(), 0);
    for Part { name, label, columns, rows, count: counted, .. } in parts {
        let counted = counted.written(snapshot.db()).await?;
        count += counted.count(snapshot.db(), most.saturating_sub(count)).await?;
        tables.push((Head { name, label, columns }, rows.written(snapshot.db()).await?));
    }
    Ok((Tables(tables), count))
}

/// Reads everything. Whoever drops this in between cuts the connection, and nothing is finished.
///
/// # Errors
/// When the database breaks off, or nobody takes the rows any more.
pub async fn read(mut snapshot: Snapshot, tables: Tables, to: Sender<Piece>) -> std::result::Result<(), Broken> {
    let send = async |piece| to.send(piece).await.map_err(|_| Broken::Writer);
    for (head, list) in tables.0 {
        send(Piece::Begin(head)).await?;
        let mut rows = snapshot.rows(&list).await?;
        let mut piece = Vec::with_capacity(STEP);
        while let Some(row) = rows.try_next().await.map_err(Error::from)? {
            piece.extend_from_slice(&row);
            if piece.len() >= STEP {
                send(Piece::Rows(std::mem::replace(&mut piece, Vec::with_capacity(STEP)))).await?;
            }
        }
        send(Piece::Rows(piece)).await?;
        send(Piece::End).await?;
    }
    send(Piece::Done).await?;
    // Every row is there: whether the farewell is heard makes no difference.
    let _ = snapshot.leave().await;
    Ok(())
}
