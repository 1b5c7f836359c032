//! What a server measures of itself: its calls and errors every few seconds, its requests every minute.
use crate::features::health::model::Requests;
use crate::features::health::store::own;
use crate::gateways::watch::Calls;
use crate::kernel::Result;
use crate::web::Site;
use nix::sys::statvfs::statvfs;
use sqlx::PgPool;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// How often calls and errors are written down: an alert must not wait for them.
const OFTEN: Duration = Duration::from_secs(5);
/// How often requests are.
const SELDOM: Duration = Duration::from_secs(60);

/// Writes down what one server measures of itself, for as long as it runs.
pub struct Sampler {
    db: PgPool,
    site: Site,
    calls: Calls,
    name: String,
    /// The database's own folder, where it is on this machine.
    disk: Option<PathBuf>,
    before: Requests,
    asked: Instant,
}

impl Sampler {
    /// For the server of this name, over a pool of the app's role. `disk` is the folder of a database that is on this machine.
    pub fn new(db: PgPool, site: Site, calls: Calls, name: String, disk: Option<PathBuf>) -> Self {
        let before = Requests::read(&site.metrics.render());
        Self { db, site, calls, name, disk, before, asked: Instant::now() }
    }

    /// Until it is told to stop; then once more.
    pub async fn run(mut self, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(OFTEN)).await.is_some() {
            self.often().await;
            if self.asked.elapsed() >= SELDOM {
                self.seldom().await;
            }
        }
        self.often().await;
    }

    /// Writes calls and errors down. What cannot be written is kept for the next time.
    pub async fn often(&self) {
        for (gateway, tally) in self.calls.take() {
            if let Err(error) = own::calls(&self.db, gateway, &tally).await {
                tracing::warn!(%error, "how a gateway is could not be written down");
                self.calls.put_back(gateway, tally);
            }
        }
        for (text, seen) in self.site.faults.take() {
            if let Err(error) = own::fault(&self.db, &text, &seen).await {
                tracing::warn!(%error, "an internal error could not be written down");
                self.site.faults.put_back(text, seen);
            }
        }
    }

    /// Writes requests and the disk down.
    pub async fn seldom(&mut self) {
        let now = Requests::read(&self.site.metrics.render());
        let minutes = (self.asked.elapsed().as_secs_f64() / 60.0).max(1.0 / 60.0);
        let (before, _) = (std::mem::replace(&mut self.before, now.clone()), std::mem::replace(&mut self.asked, Instant::now()));
        if let Err(error) = self.write(&before, &now, minutes).await {
            tracing::warn!(%error, "a server's measurements could not be written down");
        }
    }

    async fn write(&self, before: &Requests, now: &Requests, minutes: f64) -> Result<()> {
        let values = [
            ("requests", Some(((now.answered - before.answered) / minutes).max(0.0))),
            ("request_errors", Some(((now.errors - before.errors) / minutes).max(0.0))),
            ("request_median", now.median),
            ("request_p99", now.p99),
            ("disk_percent", self.disk_percent()),
        ];
        for (metric, value) in values {
            // Between requests the recorder says NaN.
            if let Some(value) = value.filter(|value| value.is_finite()) {
                own::sample(&self.db, metric, &self.name, value, false).await?;
            }
        }
        Ok(())
    }

    /// How full the database's disk is, in per cent; nothing where it is elsewhere.
    fn disk_percent(&self) -> Option<f64> {
        let found = statvfs(self.disk.as_deref()?).ok()?;
        // As `df` says it: what is reserved for the system is neither used nor free.
        let (used, free) = (found.blocks().saturating_sub(found.blocks_free()) as f64, found.blocks_available() as f64);
        (used + free > 0.0).then(|| used / (used + free) * 100.0)
    }
}
