//! What the outside tells: heard once, however often and however many at once deliver it.
use backlot::jobs::NewJob;
use backlot::jobs::inbox::{Taken, take};

use super::support::{Call, Database, Worker, brisk, registry};

const JOBS: &str = "select count(*) from backlot.jobs";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_deliveries_at_once_one_asks_for_the_job() {
    let db = Database::create().await;
    let deliveries = (0..16).map(|_| {
        let pool = db.app.clone();
        tokio::spawn(async move { take(&pool, "training", "msg_1", &NewJob::of(&Call).expect("a payload")).await.expect("taken") })
    });
    let taken: Vec<_> = futures::future::join_all(deliveries).await.into_iter().map(|one| one.expect("an answer")).collect();
    assert_eq!(taken.iter().filter(|one| **one == Taken::New).count(), 1);
    assert_eq!(db.number(JOBS).await, 1);
    let other = take(&db.app, "crews", "msg_1", &NewJob::of(&Call).expect("a payload")).await.expect("taken");
    assert_eq!((other, db.number(JOBS).await), (Taken::New, 2), "another source's message is another message");
}

#[tokio::test]
async fn a_message_whose_job_cannot_be_written_is_not_taken_for_heard() {
    let db = Database::create().await;
    let broken = NewJob::of(&Call).expect("a payload").dedup_key("x".repeat(201));
    take(&db.app, "training", "msg_1", &broken).await.expect_err("too long a key");
    let again = take(&db.app, "training", "msg_1", &NewJob::of(&Call).expect("a payload")).await.expect("taken");
    assert_eq!(again, Taken::New, "its sender delivers it again, and now it counts");
}

#[tokio::test]
async fn messages_of_long_ago_are_forgotten() {
    let db = Database::create().await;
    for (message, days) in [("old", 31), ("young", 29)] {
        let heard = "insert into backlot.inbox (source, message, received_at) values ('training', $1, now() - make_interval(days => $2))";
        sqlx::query(heard).bind(message).bind(days).execute(&db.app).await.expect("a message");
    }
    let worker = Worker::start(&db.app, registry(), brisk());
    db.until(std::time::Duration::from_secs(10), "select count(*) from backlot.inbox", 1).await;
    worker.stop().await;
    assert_eq!(db.number("select count(*) from backlot.inbox where message = 'young'").await, 1);
}
