//! Everything that a list holds at one moment, as one stream, however long it is and however long that takes.
use super::Result;
use super::listing::Written;
use futures::stream::BoxStream;
use jiff::Timestamp;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};

/// A connection of its own that sees one moment and changes nothing. Dropped in the middle of its rows, it is cut: nobody reads the
/// rest only to throw it away.
pub struct Snapshot {
    db: PgConnection,
    at: Timestamp,
}

impl Snapshot {
    /// Opens one. What holds for pages does not hold here: rows may come for hours, as fast as whoever takes them is.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn take(way: &PgConnectOptions) -> Result<Self> {
        let mut db = way.clone().application_name("backlot exports").connect().await?;
        sqlx::query!("begin isolation level repeatable read read only").execute(&mut db).await?;
        sqlx::query!("set local statement_timeout = 0").execute(&mut db).await?;
        sqlx::query!("set local idle_in_transaction_session_timeout = '10min'").execute(&mut db).await?;
        let at = sqlx::query_scalar!(r#"select now() as "now!""#).fetch_one(&mut db).await?.to_jiff();
        Ok(Self { db, at })
    }

    /// The moment.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The connection, for what must be asked first.
    pub fn db(&mut self) -> &mut PgConnection {
        &mut self.db
    }

    /// All rows, in the binary form of `copy` (PostgreSQL, COPY, "Binary Format"): it costs the server and us half of what rows of a
    /// query cost.
    ///
    /// # Errors
    /// When the database refuses, or the line breaks; the stream says so too.
    pub async fn rows(&mut self, list: &Written) -> Result<BoxStream<'_, sqlx::Result<axum::body::Bytes>>> {
        Ok(self.db.copy_out_raw(&list.copied()).await?)
    }

    /// Ends it.
    ///
    /// # Errors
    /// When the line is broken: whoever has all rows may not care.
    pub async fn leave(self) -> Result<()> {
        Ok(self.db.close().await?)
    }
}
