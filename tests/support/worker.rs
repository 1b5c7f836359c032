//! A server's jobs in a process of their own, to be killed or frozen: this same program, running one test by its name.
use super::server::{self, Database};
use backlot::app::{self, Hands};
use backlot::database::cluster::Addresses;
use backlot::database::pools::pool;
use backlot::features::exports::{Press, Shelves};
use backlot::gateways::mail::{Carrier, Mail};
use backlot::gateways::storage::Objects;
use backlot::jobs::{Runner, Settings};
use backlot::kernel::Desk;
use backlot::live::Live;
use sqlx::PgPool;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const DATABASE: &str = "BACKLOT_TEST_WORKER";

/// Such a process; killed when it is dropped, as by a power failure.
pub struct WorkerProcess(Child);

impl WorkerProcess {
    /// Starts the test of that name over a database of this run's server.
    pub async fn start(test: &str, database: &str) -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--ignored", "--nocapture"])
            .env(DATABASE, database)
            .env(server::HOME, Database::home().await)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(child.unwrap())
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The database that this process was started for; none when it is a test run like any other.
pub fn database() -> Option<Addresses> {
    std::env::var(DATABASE).ok().map(|name| Database::of_parent(&name))
}

/// Does all jobs of a server, with short leases, until it is killed.
pub async fn work(ways: &Addresses, carrier: impl FnOnce(&PgPool) -> Option<Arc<dyn Carrier>>) {
    let work = pool(&ways.app.options(), 10, "jobs");
    let live = Live::default();
    live.reload(&work).await.unwrap();
    let mail = Mail::new(carrier(&work), Arc::new(server::secrets()), "https://backlot.example");
    let desk = Desk::new(work.clone());
    let shelves = Shelves { objects: Objects::default(), unfinished: std::env::temp_dir() };
    let press = Press::new(desk.clone(), ways.reader.options(), shelves, live.clone(), app::datasets());
    let hands = Hands { desk, outside: super::outside(mail), press, live };
    let settings = Settings { lease: Duration::from_secs(1), poll: Duration::from_millis(50), ..Settings::default() };
    Runner::new(work, app::jobs().unwrap(), hands, settings).unwrap().run(CancellationToken::new()).await;
}
