//! Keeps one server's memory current: hears of changes, looks by itself too, and says what it has.
use super::{Live, Topic, Versions, instances};
use crate::kernel::{Result, id};
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How often to look when nobody gave notice.
const LOOK: Duration = Duration::from_secs(1);
/// How often to say that this server lives.
const SIGN: Duration = Duration::from_secs(5);
/// How long to wait before listening again after the line was cut.
const PAUSE: Duration = Duration::from_millis(200);
/// Past this a line that says nothing is asked whether it still lives.
const SILENCE: Duration = Duration::from_secs(30);

/// Keeps one server's memory current.
pub struct Keeper {
    db: PgPool,
    live: Live,
    id: Uuid,
    name: String,
    /// What the others were told that this server has.
    told: Mutex<Versions>,
}

impl Keeper {
    /// For a server of this name, over a pool of the app's role.
    pub fn new(db: PgPool, live: Live, name: impl Into<String>) -> Self {
        Self { db, live, id: id::new(), name: name.into(), told: Mutex::default() }
    }

    /// Until it is told to stop.
    pub async fn run(self, stop: CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.look() => {}
            () = self.hear() => {}
            () = self.sign() => {}
        }
        if let Err(error) = instances::leave(&self.db, self.id).await {
            tracing::debug!(%error, "a server could not say that it leaves");
        }
    }

    /// What is heard is fetched at once. A line that was cut may have missed something, so each new one begins with a look.
    async fn hear(&self) {
        loop {
            if let Err(error) = self.listen().await {
                tracing::warn!(%error, "not hearing of changes at the moment; looking every second");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn listen(&self) -> Result<()> {
        let mut line = PgListener::connect_with(&self.db).await?;
        line.eager_reconnect(false);
        line.listen("backlot_live").await?;
        loop {
            self.catch_up().await?;
            match tokio::time::timeout(SILENCE, line.try_recv()).await {
                Ok(Ok(Some(_))) => while line.next_buffered().is_some() {},
                Ok(Ok(None)) => return Ok(()),
                Ok(Err(error)) => return Err(error.into()),
                // Listening again is harmless, and fails on a line that is dead.
                Err(_) => line.listen("backlot_live").await?,
            }
        }
    }

    async fn look(&self) {
        loop {
            tokio::time::sleep(LOOK).await;
            match instances::newest(&self.db).await {
                Ok(newest) if newest != self.live.now().versions => self.warn(self.catch_up().await),
                Ok(_) => {}
                Err(error) => self.warn(Err(error)),
            }
        }
    }

    async fn catch_up(&self) -> Result<()> {
        let now = self.live.reload(&self.db).await?;
        let mut told = self.told.lock().await;
        for topic in Topic::ALL {
            if told.of(*topic) != now.of(*topic) && instances::has(&self.db, self.id, *topic, now.of(*topic)).await? {
                told.set(*topic, now.of(*topic));
            }
        }
        Ok(())
    }

    async fn sign(&self) {
        loop {
            self.warn(instances::sign(&self.db, self.id, &self.name).await);
            tokio::time::sleep(SIGN).await;
        }
    }

    fn warn(&self, result: Result<()>) {
        if let Err(error) = result {
            tracing::warn!(%error, "what is live could not be read or told");
        }
    }
}
