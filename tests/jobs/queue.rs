//! Enqueueing, claiming, deduplication, throughput.
use std::time::{Duration, Instant};

use backlot::jobs::{Enqueued, NewJob, State};
use sqlx::{Connection, PgConnection};

use super::support::{Call, Database, Effect, Worker, brisk, pool, registry};

#[tokio::test]
async fn what_is_rolled_back_was_never_enqueued() {
    let db = Database::create().await;
    let mut tx = db.app.begin().await.expect("a transaction");
    NewJob::of(&Effect { millis: 0 }).expect("a payload").enqueue(&mut tx).await.expect("enqueued");
    tx.rollback().await.expect("a rollback");
    assert_eq!(db.number("select count(*) from backlot.jobs").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_jobs_are_each_done_once_by_five_workers() {
    let db = Database::create().await;
    let mut tx = db.app.begin().await.expect("a transaction");
    for _ in 0..2_000 {
        NewJob::of(&Effect { millis: 0 }).expect("a payload").enqueue(&mut tx).await.expect("enqueued");
    }
    tx.commit().await.expect("a commit");
    let since = Instant::now();
    let worker = Worker::start(&db.app, registry(), brisk());
    db.idle(Duration::from_secs(60)).await;
    let took = since.elapsed();
    eprintln!("2,000 jobs, 5 at once: {took:?}, {:.0} a second", 2_000.0 / took.as_secs_f64());
    worker.stop().await;
    db.once_each(2_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_servers_share_a_queue_and_nothing_is_done_twice() {
    let db = Database::create().await;
    let mut workers = Vec::new();
    for _ in 0..5 {
        workers.push(Worker::start(&db.app, registry(), brisk()));
    }
    let since = Instant::now();
    let mut tx = db.app.begin().await.expect("a transaction");
    for _ in 0..1_000 {
        NewJob::of(&Effect { millis: 0 }).expect("a payload").enqueue(&mut tx).await.expect("enqueued");
        NewJob::of(&Call).expect("a payload").enqueue(&mut tx).await.expect("enqueued");
    }
    tx.commit().await.expect("a commit");
    db.idle(Duration::from_secs(60)).await;
    eprintln!("2,000 jobs, 5 servers, enqueueing included: {:?}", since.elapsed());
    for worker in workers {
        worker.stop().await;
    }
    db.once_each(1_000).await;
    assert_eq!(db.number("select count(*) from backlot.calls").await, 1_000);
    assert_eq!(db.number("select count(*) from backlot.jobs where attempt <> 1").await, 0);
}

#[tokio::test]
async fn a_job_is_picked_up_at_once_and_not_at_the_next_look() {
    let db = Database::create().await;
    let settings = backlot::jobs::Settings { poll: Duration::from_secs(60), ..brisk() };
    let worker = Worker::start(&db.app, registry(), settings);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let since = Instant::now();
    db.enqueue(&Effect { millis: 0 }).await;
    db.idle(Duration::from_secs(5)).await;
    assert!(since.elapsed() < Duration::from_millis(500), "{:?}", since.elapsed());
    worker.stop().await;
}

#[tokio::test]
async fn one_key_is_one_job_until_it_is_over() {
    let db = Database::create().await;
    let job = NewJob::of(&Effect { millis: 0 }).expect("a payload").dedup_key("sync");
    let (first, second) = (db.place(job.clone()).await, db.place(job.clone()).await);
    assert_eq!(first, second);
    let worker = Worker::start(&db.app, registry(), brisk());
    db.idle(Duration::from_secs(5)).await;
    worker.stop().await;
    let mut conn = db.app.acquire().await.expect("a connection");
    assert!(matches!(job.enqueue(&mut conn).await.expect("enqueued"), Enqueued::New(id) if id != first));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_at_once_with_one_key_make_one_job() {
    let db = Database::create().await;
    let shared = pool(db.ways.app.options(), 16).await;
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let shared = shared.clone();
        asked.spawn(async move {
            let mut tx = shared.begin().await.expect("a transaction");
            let job = NewJob::of(&Effect { millis: 0 }).expect("a payload").dedup_key("once");
            let enqueued = job.enqueue(&mut tx).await.expect("enqueued");
            tx.commit().await.expect("a commit");
            enqueued
        });
    }
    let answers = asked.join_all().await;
    let new = answers.iter().filter(|answer| matches!(answer, Enqueued::New(_))).count();
    assert_eq!(new, 1);
    assert!(answers.iter().all(|answer| answer.id() == answers[0].id()));
}

#[tokio::test]
async fn the_urgent_go_first_and_the_later_wait() {
    let db = Database::create().await;
    let later = db.place(NewJob::of(&Effect { millis: 0 }).expect("a payload").after(Duration::from_secs(3600))).await;
    let plain = db.enqueue(&Effect { millis: 0 }).await;
    let urgent = db.place(NewJob::of(&Effect { millis: 0 }).expect("a payload").priority(9)).await;
    let settings = backlot::jobs::Settings { concurrency: 1, ..brisk() };
    let worker = Worker::start(&db.app, registry(), settings);
    db.until(Duration::from_secs(5), "select count(*) from backlot.jobs where state = 'done'", 2).await;
    worker.stop().await;
    let order: Vec<uuid::Uuid> =
        sqlx::query_scalar("select job from backlot.effects order by at").fetch_all(&db.app).await.expect("effects");
    assert_eq!(order, [urgent, plain]);
    assert_eq!(db.state(later).await, State::Waiting);
}

#[tokio::test]
async fn the_application_cannot_forge_or_erase_a_job() {
    let db = Database::create().await;
    db.enqueue(&Effect { millis: 0 }).await;
    for refused in [
        "update backlot.jobs set state = 'done', finished_at = now()",
        "delete from backlot.jobs",
        "update backlot.jobs set payload = '{}'",
        "update backlot.jobs set name = 'x'",
        "insert into backlot.jobs (id, name, payload, max_attempts, state) values (gen_random_uuid(), 'x', '{}', 1, 'running')",
    ] {
        sqlx::query(refused).execute(&db.app).await.expect_err(refused);
    }
    let mut reader = PgConnection::connect_with(&db.ways.reader.options()).await.expect("the reader");
    sqlx::query("select * from backlot.jobs").execute(&mut reader).await.expect("reading");
    sqlx::query("delete from backlot.jobs").execute(&mut reader).await.expect_err("a reader deletes");
}
