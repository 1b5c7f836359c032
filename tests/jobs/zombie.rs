//! Workers that wake up after their claim is past, and databases that go away.
use std::time::Duration;

use backlot::jobs::{Job, JobError, Settings, State, Work};
use serde::{Deserialize, Serialize};

use super::support::{Database, Effect, Worker, World, brisk, registry};

/// Reads, then sleeps until the gate opens, then writes.
#[derive(Serialize, Deserialize)]
struct Slumber;

impl Job for Slumber {
    type State = World;
    const NAME: &'static str = "test.slumber";
    const MAX_ATTEMPTS: u32 = 5;
    const TIMEOUT: Duration = Duration::from_secs(30);

    async fn run(self, work: &mut Work<World>) -> Result<(), JobError> {
        let (gate, id, note) = (work.state().gate.clone(), work.id(), format!("attempt {}", work.attempt()));
        gate.notified().await;
        let mut tx = work.transaction().await?;
        let write = sqlx::query("insert into backlot.effects (job, note) values ($1, $2)").bind(id).bind(&note);
        write.execute(&mut *tx).await?;
        let ended = tx.commit().await;
        if matches!(ended, Err(JobError::LostLease)) {
            let told = sqlx::query("insert into backlot.calls (key) values ($1)").bind(note);
            told.execute(&work.state().pool).await?;
        }
        ended
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_past_its_lease_changes_nothing() {
    let db = Database::create().await;
    let id = db.enqueue(&Slumber).await;
    // Too long a lease to notice by itself: as if the whole process had been stopped.
    let unaware = Settings { lease: Duration::from_secs(60), ..brisk() };
    let zombie = Worker::start(&db.app, registry().register::<Slumber>(), unaware);
    db.until(Duration::from_secs(5), "select count(*) from backlot.jobs where state = 'running'", 1).await;
    sqlx::query("update backlot.jobs set lease_until = now() - interval '1 second'").execute(&db.root).await.expect("past");
    let heir = Worker::start(&db.app, registry().register::<Slumber>(), Settings { concurrency: 1, ..brisk() });
    db.until(Duration::from_secs(5), "select count(*) from backlot.jobs where state = 'running' and attempt = 2", 1).await;
    zombie.gate.notify_one();
    db.until(Duration::from_secs(5), "select count(*) from backlot.calls where key = 'attempt 1'", 1).await;
    assert_eq!(db.number("select count(*) from backlot.effects").await, 0);
    heir.gate.notify_one();
    db.idle(Duration::from_secs(5)).await;
    assert_eq!(db.state(id).await, State::Done);
    assert_eq!(db.number("select count(*) from backlot.effects where note = 'attempt 2'").await, 1);
    db.once_each(1).await;
    zombie.stop().await;
    heir.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_job_keeps_its_lease_by_giving_signs_of_life() {
    let db = Database::create().await;
    let settings = || Settings { lease: Duration::from_millis(600), ..brisk() };
    let id = db.enqueue(&Effect { millis: 1_200 }).await;
    let workers = [Worker::start(&db.app, registry(), settings()), Worker::start(&db.app, registry(), settings())];
    db.idle(Duration::from_secs(10)).await;
    for worker in workers {
        worker.stop().await;
    }
    assert_eq!(backlot::jobs::find(&db.app, id).await.expect("the queue").expect("the job").attempt, 1);
    db.once_each(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_drops_every_connection_is_survived() {
    let db = Database::create().await;
    let settings = || Settings { lease: Duration::from_millis(1_500), ..brisk() };
    let workers = [Worker::start(&db.app, registry(), settings()), Worker::start(&db.app, registry(), settings())];
    for _ in 0..400 {
        db.enqueue(&Effect { millis: 20 }).await;
    }
    let mut dropped = 0;
    for _ in 0..20 {
        dropped += db
            .number(
                "select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity
                 where datname = current_database() and usename = 'backlot_app'",
            )
            .await;
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    eprintln!("{dropped} connections dropped");
    db.idle(Duration::from_secs(30)).await;
    db.once_each(400).await;
    let id = db.enqueue(&Effect { millis: 0 }).await;
    db.idle(Duration::from_secs(5)).await;
    assert_eq!(db.state(id).await, State::Done);
    for worker in workers {
        worker.stop().await;
    }
}
