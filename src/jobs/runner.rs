//! The worker: claims what is due, runs it within bounds, writes down how it ended.
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::PgPool;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::error::Error;
use super::lease::{self, Claimed};
use super::pulse::Pulse;
use super::registry::{Handlers, Registry};
use super::schedule::{self, Schedule};
use super::settings::Settings;
use super::{attempt, sweep, wake};

/// One server's worker. Run as many as you like, on as many machines: they share the queue.
pub struct Runner<S> {
    crew: Arc<Crew<S>>,
    schedules: Vec<Schedule>,
}

/// What every attempt needs of its worker.
pub(super) struct Crew<S> {
    pub pool: PgPool,
    pub state: S,
    pub settings: Settings,
    pub handlers: Handlers<S>,
    pub names: Vec<String>,
    pub owner: Arc<str>,
    pub pulse: Pulse,
    pub wake: Notify,
    /// Past the grace: jobs that still run are cut short.
    pub halt: CancellationToken,
}

impl<S: Send + Sync + 'static> Runner<S> {
    /// A worker that has not begun. `pool` is for it alone.
    ///
    /// # Errors
    /// When two jobs or two schedules have the same name.
    pub fn new(pool: PgPool, registry: Registry<S>, state: S, settings: Settings) -> Result<Self, Error> {
        let (handlers, schedules) = registry.checked()?;
        let crew = Crew {
            names: handlers.keys().map(|name| (*name).to_owned()).collect(),
            owner: format!("{}/{}/{}", settings.instance, std::process::id(), Uuid::now_v7()).into(),
            pool,
            state,
            settings,
            handlers,
            pulse: Pulse::default(),
            wake: Notify::new(),
            halt: CancellationToken::new(),
        };
        Ok(Self { crew: Arc::new(crew), schedules })
    }

    /// Works until `stop`; then lets jobs end within the grace, frees the rest at once, and returns.
    pub async fn run(self, stop: CancellationToken) {
        let ending = CancellationToken::new();
        let mut around = JoinSet::new();
        let crew = &self.crew;
        around.spawn(rhythm(crew.clone(), ending.clone()));
        around.spawn(listening(crew.clone(), stop.clone()));
        around.spawn(sweeping(crew.clone(), stop.clone()));
        around.spawn(clockwork(crew.clone(), self.schedules, stop.clone()));
        self.crew.work(&stop).await;
        ending.cancel();
        let _ = tokio::time::timeout(self.crew.settings.patience, around.join_all()).await;
    }
}

async fn rhythm<S>(crew: Arc<Crew<S>>, stop: CancellationToken) {
    crew.pulse.beat(&crew.pool, &crew.owner, crew.settings.lease, stop).await;
}

async fn listening<S>(crew: Arc<Crew<S>>, stop: CancellationToken) {
    wake::listen(&crew.pool, &crew.wake, crew.settings.poll, stop).await;
}

async fn sweeping<S>(crew: Arc<Crew<S>>, stop: CancellationToken) {
    sweep::sweep(&crew.pool, &crew.names, &crew.settings, &crew.wake, stop).await;
}

async fn clockwork<S>(crew: Arc<Crew<S>>, schedules: Vec<Schedule>, stop: CancellationToken) {
    schedule::keep(&crew.pool, &schedules, &crew.settings, stop).await;
}

impl<S: Send + Sync + 'static> Crew<S> {
    async fn work(self: &Arc<Self>, stop: &CancellationToken) {
        let mut jobs = JoinSet::new();
        let mut more = true;
        while !stop.is_cancelled() {
            if more && jobs.len() < self.settings.concurrency {
                more = self.take(&mut jobs).await;
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                Some(_) = jobs.join_next() => while jobs.try_join_next().is_some() {},
                () = self.wake.notified() => more = true,
                () = tokio::time::sleep(self.settings.poll) => more = true,
            }
        }
        self.wind_up(jobs).await;
    }

    /// Fills the free places; whether there may be more to take once a place is free again.
    async fn take(self: &Arc<Self>, jobs: &mut JoinSet<()>) -> bool {
        let wanted = self.settings.concurrency.saturating_sub(jobs.len());
        let asked = Instant::now();
        let claim = lease::claim(&self.pool, &self.owner, &self.names, wanted, self.settings.lease);
        let claimed = match within(self.settings.patience, claim).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::warn!(%error, "could not claim jobs");
                return false;
            }
        };
        let full = claimed.len() == wanted;
        for claimed in claimed {
            jobs.spawn(self.clone().start(claimed, asked));
        }
        full
    }

    fn start(self: Arc<Self>, claimed: Claimed, asked: Instant) -> impl Future<Output = ()> {
        let lost = self.pulse.hold(&claimed.lease, asked + self.settings.lease);
        async move {
            let lease = claimed.lease.clone();
            attempt::make(&self, claimed, lost).await;
            self.pulse.drop(&lease);
        }
    }

    async fn wind_up(&self, mut jobs: JoinSet<()>) {
        let all_ended = async { while jobs.join_next().await.is_some() {} };
        if tokio::time::timeout(self.settings.grace, all_ended).await.is_ok() {
            return;
        }
        self.halt.cancel();
        let all_freed = async { while jobs.join_next().await.is_some() {} };
        if tokio::time::timeout(self.settings.patience * 2, all_freed).await.is_err() {
            tracing::error!(left = jobs.len(), "jobs did not stop: others take them over when their leases end");
        }
        let told = sqlx::query!("notify backlot_jobs").execute(&self.pool);
        let _ = within(self.settings.patience, told).await;
    }
}

/// A database that accepts connections and says nothing must not hold the queue up.
pub(super) async fn within<T, E>(patience: Duration, asked: impl Future<Output = Result<T, E>>) -> Result<T, Error>
where
    Error: From<E>,
{
    match tokio::time::timeout(patience, asked).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(Error::Silence),
    }
}
