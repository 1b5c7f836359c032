//! Connections that are lent for a moment. As sqlx's own pool, without its round trip each time one is handed back: where a page
//! costs four, that is a quarter of its time.
use super::{Error, Result};
use deadpool::Runtime;
use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, RecycleResult, Timeouts};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use std::ops::{Deref, DerefMut};
use std::time::Duration;

/// A line unused for longer is asked whether it still lives before it is lent.
const STALE: Duration = Duration::from_secs(1);
/// No line is used for longer than this.
const LONGEST_LIFE: Duration = Duration::from_secs(3_600);
/// How long somebody waits for one.
const PATIENCE: Duration = Duration::from_secs(2);

/// Connections of one role, opened when they are needed.
#[derive(Clone, Debug)]
pub struct Lines(Pool<Way>);

/// How a connection is opened.
#[derive(Debug)]
struct Way(PgConnectOptions);

/// A connection, and whether its last use ended well.
#[derive(Debug)]
struct Wire {
    connection: PgConnection,
    sure: bool,
}

/// A connection that is lent. Dropped, as when its request is cut off, it is asked whether it still lives before it is lent again;
/// [`Line::keep`] spares that.
#[derive(Debug)]
pub struct Line(Object<Way>);

impl Lines {
    /// At most so many, as the server's statistics name them.
    ///
    /// # Errors
    /// When there is no runtime to wait in.
    pub fn new(way: &PgConnectOptions, most: u32, name: &str) -> Result<Self> {
        let way = way.clone().application_name(name).statement_cache_capacity(500);
        let most = usize::try_from(most).map_err(Error::internal)?;
        let timeouts = Timeouts { wait: Some(PATIENCE), create: Some(PATIENCE), recycle: Some(PATIENCE) };
        let pool = Pool::builder(Way(way)).max_size(most).timeouts(timeouts).runtime(Runtime::Tokio1).build();
        pool.map(Self).map_err(Error::internal)
    }

    /// The next one that is free.
    ///
    /// # Errors
    /// `Unavailable` when none is free in time, or none can be opened.
    pub async fn take(&self) -> Result<Line> {
        match self.0.get().await {
            Ok(object) => Ok(Line(object)),
            Err(PoolError::Backend(error)) => Err(error.into()),
            Err(error) => Err(Error::Unavailable(error.to_string())),
        }
    }
}

impl Line {
    /// All went well: it can be lent again as it is.
    pub fn keep(mut self) {
        self.0.sure = true;
    }
}

impl Manager for Way {
    type Type = Wire;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<Wire, sqlx::Error> {
        Ok(Wire { connection: self.0.connect().await?, sure: false })
    }

    async fn recycle(&self, wire: &mut Wire, seen: &Metrics) -> RecycleResult<sqlx::Error> {
        let sure = std::mem::take(&mut wire.sure);
        if seen.age() > LONGEST_LIFE {
            return Err(deadpool::managed::RecycleError::message("old"));
        }
        if !sure || seen.last_used() > STALE {
            wire.connection.ping().await?;
        }
        Ok(())
    }
}

impl Deref for Line {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.0.connection
    }
}

impl DerefMut for Line {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0.connection
    }
}
