//! A database of its own for each test, and jobs that leave a trace there.
use std::time::{Duration, Instant};

use crate::support::server;
use axum::extract::FromRef;
use backlot::database::cluster::Addresses;
use backlot::jobs::{Job, JobError, NewJob, Registry, Runner, Settings, State, Work};
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Executor, PgPool};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Dropped with the test.
pub struct Database {
    pub name: String,
    pub ways: Addresses,
    /// As the application sees it.
    pub app: PgPool,
    /// As its owner sees it.
    pub owner: PgPool,
    pub root: PgPool,
    _database: server::Database,
}

pub async fn pool(options: PgConnectOptions, most: u32) -> PgPool {
    let pool = PgPoolOptions::new().max_connections(most).acquire_timeout(Duration::from_secs(2));
    pool.connect_with(options).await.expect("a connection")
}

impl Database {
    pub async fn create() -> Self {
        let database = server::Database::migrated().await;
        let (name, ways) = (database.name.clone(), database.ways.clone());
        let owner = pool(ways.owner.options(), 4).await;
        owner
            .execute(
                "create table backlot.effects (job uuid not null, note text, at timestamptz not null default now());
                 create table backlot.calls (key text not null);
                 grant select, insert on backlot.effects, backlot.calls to backlot_app;",
            )
            .await
            .expect("tables");
        let app = pool(ways.app.options(), 20).await;
        let root = pool(database.root(), 2).await;
        Self { name, ways, app, owner, root, _database: database }
    }

    pub async fn enqueue<J: Job>(&self, job: &J) -> Uuid {
        self.place(NewJob::of(job).expect("a payload")).await
    }

    pub async fn place(&self, job: NewJob) -> Uuid {
        let mut tx = self.app.begin().await.expect("a transaction");
        let id = job.enqueue(&mut tx).await.expect("enqueued").id();
        tx.commit().await.expect("a commit");
        id
    }

    pub async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.root).await.expect(sql)
    }

    pub async fn state(&self, id: Uuid) -> State {
        backlot::jobs::find(&self.app, id).await.expect("the queue").expect("the job").state
    }

    /// Waits until no job waits or runs.
    pub async fn idle(&self, patience: Duration) {
        let unfinished = "select count(*) from backlot.jobs where finished_at is null";
        self.until(patience, unfinished, 0).await;
    }

    pub async fn until(&self, patience: Duration, sql: &'static str, wanted: i64) {
        let since = Instant::now();
        loop {
            let found = self.number(sql).await;
            if found == wanted {
                return;
            }
            assert!(since.elapsed() < patience, "{sql}: still {found}, not {wanted}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// No effect is missing and none is there twice.
    pub async fn once_each(&self, jobs: i64) {
        assert_eq!(self.number("select count(distinct job) from backlot.effects").await, jobs, "lost effects");
        assert_eq!(self.number("select count(*) from backlot.effects").await, jobs, "double effects");
    }
}

/// What the test's jobs are given.
#[derive(Clone)]
pub struct World {
    pub pool: PgPool,
    pub gate: std::sync::Arc<tokio::sync::Notify>,
}

#[derive(Clone)]
pub struct Nothing;

impl FromRef<World> for Nothing {
    fn from_ref(_: &World) -> Self {
        Self
    }
}

/// Leaves one row, together with its own end.
#[derive(Serialize, Deserialize)]
pub struct Effect {
    pub millis: u64,
}

impl Job for Effect {
    type State = Nothing;
    const NAME: &'static str = "test.effect";
    const MAX_ATTEMPTS: u32 = 100;
    const TIMEOUT: Duration = Duration::from_secs(6);

    async fn run(self, work: &mut Work<Nothing>) -> Result<(), JobError> {
        let id = work.id();
        tokio::time::sleep(Duration::from_millis(self.millis)).await;
        let mut tx = work.transaction().await?;
        sqlx::query("insert into backlot.effects (job) values ($1)").bind(id).execute(&mut *tx).await?;
        tokio::time::sleep(Duration::from_millis(self.millis)).await;
        tx.commit().await
    }
}

/// Calls the outside world, which tells repetitions by their key.
#[derive(Serialize, Deserialize)]
pub struct Call;

impl Job for Call {
    type State = World;
    const NAME: &'static str = "test.call";
    const MAX_ATTEMPTS: u32 = 100;
    const TIMEOUT: Duration = Duration::from_secs(6);

    async fn run(self, work: &mut Work<World>) -> Result<(), JobError> {
        let call = sqlx::query("insert into backlot.calls (key) values ($1)").bind(work.key());
        call.execute(&work.state().pool).await?;
        tokio::time::sleep(Duration::from_millis(5)).await;
        Ok(())
    }
}

pub fn registry() -> Registry<World> {
    Registry::new().register::<Effect>().register::<Call>()
}

pub fn brisk() -> Settings {
    Settings {
        concurrency: 5,
        lease: Duration::from_secs(1),
        poll: Duration::from_millis(200),
        backoff: Duration::from_millis(20),
        backoff_max: Duration::from_millis(200),
        grace: Duration::from_secs(2),
        patience: Duration::from_secs(2),
        ..Settings::default()
    }
}

/// A worker in this process.
pub struct Worker {
    pub stop: CancellationToken,
    pub gate: std::sync::Arc<tokio::sync::Notify>,
    running: JoinHandle<()>,
}

impl Worker {
    pub fn start(pool: &PgPool, registry: Registry<World>, settings: Settings) -> Self {
        let gate = std::sync::Arc::new(tokio::sync::Notify::new());
        let world = World { pool: pool.clone(), gate: gate.clone() };
        let runner = Runner::new(pool.clone(), registry, world, settings).expect("a runner");
        let stop = CancellationToken::new();
        let running = tokio::spawn(runner.run(stop.clone()));
        Self { stop, gate, running }
    }

    pub async fn stop(self) {
        self.stop.cancel();
        self.running.await.expect("a clean end");
    }
}
