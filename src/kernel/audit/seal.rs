//! The sealer: once a second it signs what was written since, and copies the seal into the anchor.
use super::anchor::AnchorFile;
use super::chain::{Draft, Seal, sealed_up_to};
use super::copy::Anchor;
use super::epoch::{self, Standing, Wish};
use super::key::{SigningKey, TrustedKeys};
use super::merkle::Merkle;
use super::report::Unsealed;
use super::rows::leaves;
use super::wire::{Micros, Xid8};
use super::{Error, Halt, Result};
use futures::TryStreamExt;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_secs(1);
/// How long a stopping server may take for the last seal.
const LAST_WORD: Duration = Duration::from_secs(5);
/// The number of the lock that only one sealer holds, chosen once.
const LOCK: i64 = 727_001;

/// How sealing is going.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Not tried yet.
    Starting,
    /// All is well.
    Sealing,
    /// The database or the anchor is away for the moment.
    Failing(String),
    /// Stopped until a person has decided.
    Halted(Halt),
}

/// Seals the audit log. Each instance of the server runs one and keeps its own anchor; only one at a time makes a seal.
pub struct Sealer {
    pool: PgPool,
    key: SigningKey,
    keys: TrustedKeys,
    anchor: Anchor,
    health: watch::Sender<Health>,
}

impl Sealer {
    /// A sealer over a pool of the role `backlot_sealer`.
    pub fn new(pool: PgPool, key: SigningKey, anchor: AnchorFile) -> Self {
        let keys = TrustedKeys::of(&key);
        Self { pool, key, keys, anchor: Anchor::new(anchor), health: watch::Sender::new(Health::Starting) }
    }

    /// Believes seals that were made with these keys, too: earlier ones, or those of other instances.
    #[must_use]
    pub fn trusting(mut self, keys: TrustedKeys) -> Self {
        self.keys = self.keys.and(keys);
        self
    }

    /// How sealing is going, for the health page.
    pub fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    /// Seals once a second until the server stops.
    pub async fn run(self, shutdown: CancellationToken) {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = shutdown.cancelled() => break,
                _ = ticks.tick() => self.tick().await,
            }
        }
        if tokio::time::timeout(LAST_WORD, self.tick()).await.is_err() {
            tracing::warn!("the last audit rows will be sealed when the server starts again");
        }
    }

    async fn tick(&self) {
        let health = match self.seal_once().await {
            Ok(_) => Health::Sealing,
            Err(Error::Halted(halt)) => Health::Halted(halt),
            Err(error) => Health::Failing(error.to_string()),
        };
        let changed = self.health.send_replace(health.clone()) != health;
        match &health {
            Health::Halted(halt) if changed => tracing::error!("the audit log is no longer sealed: {halt}"),
            Health::Failing(error) if changed => tracing::warn!("the audit log could not be sealed: {error}"),
            Health::Sealing if changed => tracing::info!("the audit log is being sealed"),
            _ => {}
        }
        metrics::gauge!("audit_sealer_halted").set(if matches!(health, Health::Halted(_)) { 1.0 } else { 0.0 });
        if let Ok(waiting) = unsealed(&self.pool).await {
            metrics::gauge!("audit_unsealed_rows").set(waiting.rows as f64);
            metrics::gauge!("audit_seal_lag_seconds").set(waiting.age_seconds as f64);
        }
    }

    /// Seals what is new, if anything is and no other instance is at it, and brings the anchor up to date.
    ///
    /// # Errors
    /// When the database or the anchor is away, or when sealing must stop until a person has decided.
    pub async fn seal_once(&self) -> Result<Option<Seal>> {
        let made = self.make().await?;
        self.anchor.copy_new(&self.pool, &self.keys).await?;
        Ok(made)
    }

    async fn make(&self) -> Result<Option<Seal>> {
        let Some(mut tx) = self.alone().await? else { return Ok(None) };
        let made = self.make_within(&mut tx).await;
        match &made {
            Ok(Some(_)) => tx.commit().await?,
            // Now rather than when the connection is used again, because others wait for the lock.
            Ok(None) | Err(_) => tx.rollback().await?,
        }
        made
    }

    async fn make_within(&self, db: &mut PgConnection) -> Result<Option<Seal>> {
        let anchored = self.anchor.last().await?;
        let Some(Standing { last, epoch, lo, hi }) = epoch::standing(db, &self.keys, anchored).await? else {
            let wish = Wish { by: "Backlot", reason: "The log begins." };
            return epoch::open(db, &self.key, anchored, wish).await.map(Some);
        };
        let draft = gather(db, epoch, lo, hi).await?;
        if draft.rows == 0 {
            return Ok(None);
        }
        let seal = draft.sign(&self.key, last.seal_no + 1, last.seal, now(db).await?);
        seal.store(db).await?;
        Ok(Some(seal))
    }

    /// Begins a new epoch after a restore, by name and with a reason; it is an audit entry itself.
    ///
    /// # Errors
    /// When nothing was restored, or when the chain itself was tampered with: no epoch hides that.
    pub async fn new_epoch(&self, by: &str, reason: &str) -> Result<Seal> {
        let mut tx = self.pool.begin().await?;
        sqlx::query!("select pg_advisory_xact_lock($1)", LOCK).execute(&mut *tx).await?;
        let opened = self.open_within(&mut tx, Wish { by, reason }).await;
        match &opened {
            Ok(_) => tx.commit().await?,
            Err(_) => tx.rollback().await?,
        }
        let opened = opened?;
        self.anchor.copy_new(&self.pool, &self.keys).await?;
        Ok(opened)
    }

    async fn open_within(&self, db: &mut PgConnection, wish: Wish<'_>) -> Result<Seal> {
        let anchored = self.anchor.last().await?;
        match epoch::standing(db, &self.keys, anchored).await {
            Ok(Some(_)) => Err(Halt::Needless.into()),
            Err(Error::Halted(halt)) if !halt.ends_with_new_epoch() => Err(halt.into()),
            Ok(None) | Err(Error::Halted(_)) => epoch::open(db, &self.key, anchored, wish).await,
            Err(error) => Err(error),
        }
    }

    /// A transaction in which no other sealer works, if there is none at the moment.
    ///
    /// Not REPEATABLE READ: its snapshot would be older than the lock, and the seal that another instance has just made
    /// invisible. It needs none: all transactions below the horizon have ended, so later statements see the same rows.
    async fn alone(&self) -> Result<Option<Transaction<'static, Postgres>>> {
        let mut tx = self.pool.begin().await?;
        let alone = sqlx::query_scalar!(r#"select pg_try_advisory_xact_lock($1) as "alone!""#, LOCK).fetch_one(&mut *tx).await?;
        // After a long pause there may be millions of rows to seal.
        sqlx::query!("set local statement_timeout = '5min'").execute(&mut *tx).await?;
        Ok(alone.then_some(tx))
    }
}

/// The Merkle root over the rows of an epoch from one transaction up to, not including, another.
pub(super) async fn gather(db: &mut PgConnection, epoch: i32, lo_xid: Xid8, hi_xid: Xid8) -> Result<Draft> {
    let mut tree = Merkle::default();
    {
        let mut rows = leaves(db, epoch, lo_xid, hi_xid);
        while let Some(row) = rows.try_next().await? {
            tree.push(row.leaf);
        }
    }
    let rows = i32::try_from(tree.len()).map_err(|error| Error::Database(sqlx::Error::Encode(error.into())))?;
    Ok(Draft { epoch, lo_xid, hi_xid, rows, root: tree.root(), opening: None })
}

/// The database's clock.
pub(super) async fn now(db: &mut PgConnection) -> Result<Micros> {
    Ok(sqlx::query_scalar!(r#"select clock_timestamp() as "now!: Micros""#).fetch_one(db).await?)
}

/// How many rows wait for a seal, counted up to 100,000, and how long the first has waited.
///
/// # Errors
/// When the database does not answer.
pub async fn unsealed(pool: &PgPool) -> Result<Unsealed> {
    let newest = sqlx::query_scalar!("select epoch from backlot.audit_seals where opening is null order by seal_no desc limit 1")
        .fetch_optional(pool)
        .await?
        .unwrap_or(0);
    let up_to = sealed_up_to(pool, newest).await?;
    let waiting = sqlx::query!(
        r#"select count(*) as "rows!", min(at) as "oldest: Micros",
             coalesce(greatest(extract(epoch from clock_timestamp() - min(at)), 0), 0)::bigint as "age!"
           from (select at from backlot.audit_log where (epoch, xid) >= ($1, $2) order by epoch, xid, seq limit 100000) waiting"#,
        newest,
        up_to as _
    )
    .fetch_one(pool)
    .await?;
    let oldest = waiting.oldest.and_then(Micros::timestamp);
    Ok(Unsealed { rows: waiting.rows, oldest, age_seconds: waiting.age })
}
