//! Whole worker processes, killed and frozen in the middle of their work.
use std::time::{Duration, Instant};

use backlot::jobs::{NewJob, Settings};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::support::{Call, Database, Effect, Worker, brisk, pool, registry};
use crate::support::worker::{self, WorkerProcess};

/// Not a test: what `process` starts, this same program with this one name. It works until it is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the other half of `killed_and_frozen_workers_lose_nothing_and_do_nothing_twice`"]
async fn worker_process() {
    let Some(ways) = worker::database() else { return };
    let app = pool(ways.app.options(), 10).await;
    let _worker = Worker::start(&app, registry(), short());
    std::future::pending::<()>().await;
}

fn short() -> Settings {
    Settings { lease: Duration::from_secs(1), ..brisk() }
}

async fn process(database: &str) -> WorkerProcess {
    WorkerProcess::start("jobs::crash::worker_process", database).await
}

fn signal(process: &WorkerProcess, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(process.id()).expect("a process id"));
    kill(pid, signal).expect("a signal");
}

async fn fill(db: &Database, effects: usize, calls: usize) {
    let effect = NewJob::of(&Effect { millis: 40 }).expect("a payload");
    let call = NewJob::of(&Call).expect("a payload");
    let mut tx = db.app.begin().await.expect("a transaction");
    for n in 0..effects.max(calls) {
        if n < effects {
            effect.enqueue(&mut tx).await.expect("enqueued");
        }
        if n < calls {
            call.enqueue(&mut tx).await.expect("enqueued");
        }
    }
    tx.commit().await.expect("a commit");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_and_frozen_workers_lose_nothing_and_do_nothing_twice() {
    let db = Database::create().await;
    fill(&db, 2_000, 500).await;
    let mut workers: Vec<WorkerProcess> = Vec::new();
    for _ in 0..3 {
        workers.push(process(&db.name).await);
    }
    let since = Instant::now();
    for round in 0..20 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        let victim = round % workers.len();
        if round % 2 == 0 {
            // The drop is the kill -9.
            workers[victim] = process(&db.name).await;
        } else {
            signal(&workers[victim], Signal::SIGSTOP);
            tokio::time::sleep(Duration::from_millis(1_400)).await;
            signal(&workers[victim], Signal::SIGCONT);
        }
        fill(&db, 50, 0).await;
    }
    db.idle(Duration::from_secs(60)).await;
    let retried = db.number("select count(*) from backlot.jobs where attempt > 1").await;
    let calls = db.number("select count(*) from backlot.calls").await;
    eprintln!("3,500 jobs, 10 kills, 10 freezes: {:?}, {retried} retried, {calls} calls for 500 jobs", since.elapsed());
    assert!(retried > 0, "nobody was hit: the test shows nothing");
    assert_eq!(db.number("select count(*) from backlot.jobs where state <> 'done'").await, 0);
    db.once_each(3_000).await;
    assert_eq!(db.number("select count(distinct key) from backlot.calls").await, 500);
}
