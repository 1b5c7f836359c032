//! What operators do with jobs.
use std::time::Duration;

use backlot::jobs::{self, Job, JobError, State, Work};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::support::{Database, Effect, Nothing, Worker, brisk, pool, registry};

/// Fails until attempt three.
#[derive(Serialize, Deserialize)]
struct Stubborn;

impl Job for Stubborn {
    type State = Nothing;
    const NAME: &'static str = "test.stubborn";
    const MAX_ATTEMPTS: u32 = 2;
    const TIMEOUT: Duration = Duration::from_secs(5);

    async fn run(self, work: &mut Work<Nothing>) -> Result<(), JobError> {
        if work.attempt() < 3 { Err(JobError::retry("not yet")) } else { Ok(()) }
    }
}

async fn kill(db: &Database, id: Uuid) {
    let sql = "update backlot.jobs set state = 'running', attempt = max_attempts, owner = 'x', lease_until = now() where id = $1";
    sqlx::query(sql).bind(id).execute(&db.root).await.expect("running");
    let sql = "update backlot.jobs set state = 'dead', finished_at = now(), owner = null, lease_until = null where id = $1";
    sqlx::query(sql).bind(id).execute(&db.root).await.expect("dead");
}

#[tokio::test]
async fn retrying_a_dead_job_gives_it_all_its_attempts_again() {
    let db = Database::create().await;
    let id = db.enqueue(&Stubborn).await;
    let worker = Worker::start(&db.app, registry().register::<Stubborn>(), brisk());
    db.until(Duration::from_secs(5), "select count(*) from backlot.jobs where state = 'dead'", 1).await;
    let mut tx = db.app.begin().await.expect("a transaction");
    assert!(jobs::retry(&mut tx, id).await.expect("retried"));
    tx.commit().await.expect("a commit");
    db.until(Duration::from_secs(5), "select count(*) from backlot.jobs where state = 'done'", 1).await;
    worker.stop().await;
    let job = jobs::find(&db.app, id).await.expect("the queue").expect("the job");
    assert_eq!((job.attempt, job.forgiven), (3, 2));
    let mut conn = db.app.acquire().await.expect("a connection");
    assert!(!jobs::retry(&mut conn, id).await.expect("asked"), "it is done");
}

#[tokio::test]
async fn a_dead_job_stays_dead_while_another_has_its_key() {
    let db = Database::create().await;
    let job = jobs::NewJob::of(&Effect { millis: 0 }).expect("a payload").dedup_key("sync");
    let dead = db.place(job.clone()).await;
    kill(&db, dead).await;
    db.place(job).await;
    let mut conn = db.app.acquire().await.expect("a connection");
    assert!(!jobs::retry(&mut conn, dead).await.expect("asked"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_who_cancel_and_retry_at_once_one_wins_each() {
    let db = Database::create().await;
    let shared = pool(db.ways.app.options(), 16).await;
    for _ in 0..10 {
        let (waiting, dead) = (db.enqueue(&Effect { millis: 0 }).await, db.enqueue(&Effect { millis: 0 }).await);
        kill(&db, dead).await;
        let mut asked = tokio::task::JoinSet::new();
        for clerk in 0..16 {
            let shared = shared.clone();
            asked.spawn(async move {
                let mut conn = shared.acquire().await.expect("a connection");
                let won = match clerk % 2 {
                    0 => jobs::cancel(&mut conn, waiting).await,
                    _ => jobs::retry(&mut conn, dead).await,
                };
                (clerk % 2, won.expect("an answer"))
            });
        }
        let answers = asked.join_all().await;
        for kind in [0, 1] {
            assert_eq!(answers.iter().filter(|(k, won)| *k == kind && *won).count(), 1);
        }
        assert_eq!((db.state(waiting).await, db.state(dead).await), (State::Cancelled, State::Waiting));
    }
}

#[tokio::test]
async fn a_dead_job_that_is_discarded_is_over_and_no_other_is() {
    let db = Database::create().await;
    let (dead, waiting) = (db.enqueue(&Effect { millis: 0 }).await, db.enqueue(&Effect { millis: 0 }).await);
    kill(&db, dead).await;
    let mut conn = db.app.acquire().await.expect("a connection");
    assert!(!jobs::discard(&mut conn, waiting).await.expect("asked"), "it waits");
    assert!(jobs::discard(&mut conn, dead).await.expect("discarded"));
    assert!(!jobs::discard(&mut conn, dead).await.expect("asked"), "it is over");
    assert!(!jobs::retry(&mut conn, dead).await.expect("asked"), "and stays so");
    assert_eq!((db.state(dead).await, db.state(waiting).await), (State::Cancelled, State::Waiting));
}
