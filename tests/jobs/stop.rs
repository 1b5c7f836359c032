//! Stopping a server: what can end ends, the rest is free for others at once.
use std::time::{Duration, Instant};

use backlot::jobs::{self, Settings, State};

use super::support::{Database, Effect, Worker, brisk, registry};

#[tokio::test]
async fn jobs_that_end_within_the_grace_end() {
    let db = Database::create().await;
    let id = db.enqueue(&Effect { millis: 300 }).await;
    let worker = Worker::start(&db.app, registry(), brisk());
    db.until(Duration::from_secs(5), "select count(*) from backlot.jobs where state = 'running'", 1).await;
    worker.stop().await;
    assert_eq!(db.state(id).await, State::Done);
    db.once_each(1).await;
}

#[tokio::test]
async fn jobs_that_take_longer_are_freed_at_once_and_lose_no_attempt() {
    let db = Database::create().await;
    let id = db.enqueue(&Effect { millis: 5_000 }).await;
    let settings = Settings { grace: Duration::from_millis(100), lease: Duration::from_secs(600), ..brisk() };
    let worker = Worker::start(&db.app, registry(), settings);
    db.until(Duration::from_secs(5), "select count(*) from backlot.jobs where state = 'running'", 1).await;
    let since = Instant::now();
    worker.stop().await;
    assert!(since.elapsed() < Duration::from_secs(2), "{:?}", since.elapsed());
    let job = jobs::find(&db.app, id).await.expect("the queue").expect("the job");
    assert_eq!((job.state, job.owner, job.attempt, job.forgiven), (State::Waiting, None, 1, 1));
}

#[tokio::test]
async fn a_stopping_server_takes_nothing_new() {
    let db = Database::create().await;
    let worker = Worker::start(&db.app, registry(), brisk());
    worker.stop.cancel();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let id = db.enqueue(&Effect { millis: 0 }).await;
    worker.stop().await;
    assert_eq!(db.state(id).await, State::Waiting);
}
