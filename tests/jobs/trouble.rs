//! Jobs that fail, panic, hang, or are unknown.
use std::time::Duration;

use backlot::jobs::{self, Job, JobError, Settings, State, Work};
use serde::{Deserialize, Serialize};

use super::support::{Database, Effect, Nothing, Worker, brisk, registry};

/// Goes wrong in the way it is told, until the attempt it is told.
#[derive(Serialize, Deserialize)]
struct Trouble {
    kind: Kind,
    until: i32,
}

#[derive(Serialize, Deserialize)]
enum Kind {
    Retry,
    Fail,
    Panic,
    Hang,
    AfterTheEnd,
}

impl Job for Trouble {
    type State = Nothing;
    const NAME: &'static str = "test.trouble";
    const MAX_ATTEMPTS: u32 = 3;
    const TIMEOUT: Duration = Duration::from_millis(200);

    async fn run(self, work: &mut Work<Nothing>) -> Result<(), JobError> {
        if work.attempt() >= self.until {
            return Ok(());
        }
        match self.kind {
            Kind::Retry => Err(JobError::retry("the other side is out")),
            Kind::Fail => Err(JobError::fail("it makes no sense")),
            Kind::Panic => panic!("out of my mind"),
            Kind::Hang => std::future::pending().await,
            Kind::AfterTheEnd => {
                work.transaction().await?.commit().await?;
                Err(JobError::retry("too late to complain"))
            }
        }
    }
}

async fn after(kind: Kind, until: i32) -> jobs::JobRow {
    let db = Database::create().await;
    let id = db.enqueue(&Trouble { kind, until }).await;
    let worker = Worker::start(&db.app, registry().register::<Trouble>(), brisk());
    db.idle(Duration::from_secs(10)).await;
    worker.stop().await;
    jobs::find(&db.app, id).await.expect("the queue").expect("the job")
}

#[tokio::test]
async fn a_failure_is_tried_again_until_it_works() {
    let job = after(Kind::Retry, 3).await;
    assert_eq!((job.state, job.attempt), (State::Done, 3));
    assert_eq!(job.last_error.as_deref(), Some("the other side is out"));
}

#[tokio::test]
async fn a_failure_is_not_tried_for_ever() {
    let job = after(Kind::Retry, 9).await;
    assert_eq!((job.state, job.attempt), (State::Dead, 3));
}

#[tokio::test]
async fn what_makes_no_sense_is_dead_at_once() {
    let job = after(Kind::Fail, 9).await;
    assert_eq!((job.state, job.attempt), (State::Dead, 1));
    assert_eq!(job.last_error.as_deref(), Some("it makes no sense"));
}

#[tokio::test]
async fn a_panic_is_a_failure_and_takes_nobody_along() {
    let job = after(Kind::Panic, 2).await;
    assert_eq!((job.state, job.attempt), (State::Done, 2));
    assert_eq!(job.last_error.as_deref(), Some("It panicked: out of my mind"));
}

#[tokio::test]
async fn a_job_that_hangs_is_given_up() {
    let job = after(Kind::Hang, 2).await;
    assert_eq!((job.state, job.attempt), (State::Done, 2));
    assert_eq!(job.last_error.as_deref(), Some("It took longer than 200ms."));
}

#[tokio::test]
async fn a_complaint_after_the_end_changes_nothing() {
    let job = after(Kind::AfterTheEnd, 9).await;
    assert_eq!((job.state, job.attempt), (State::Done, 1));
}

#[tokio::test]
async fn pauses_double_within_their_bounds() {
    let db = Database::create().await;
    let settings = Settings { backoff: Duration::from_secs(100), backoff_max: Duration::from_secs(300), ..brisk() };
    let id = db.enqueue(&Trouble { kind: Kind::Retry, until: 9 }).await;
    let worker = Worker::start(&db.app, registry().register::<Trouble>(), settings);
    for (attempt, bounds) in [(1, 50..=100), (2, 100..=200)] {
        let waits = "select count(*) from backlot.jobs where state = 'waiting' and run_at > now()";
        db.until(Duration::from_secs(5), waits, 1).await;
        let pause = db.number("select round(extract(epoch from run_at - started_at))::bigint from backlot.jobs").await;
        assert!(bounds.contains(&pause), "attempt {attempt}: {pause} s");
        sqlx::query("update backlot.jobs set run_at = now()").execute(&db.app).await.expect("hurried");
        let next = jobs::find(&db.app, id).await.expect("the queue").expect("the job").attempt;
        assert!(next >= attempt);
        db.until(Duration::from_secs(5), "select count(*) from backlot.jobs where run_at <= now() and state = 'waiting'", 0).await;
    }
    db.until(Duration::from_secs(5), "select count(*) from backlot.jobs where state = 'dead'", 1).await;
    worker.stop().await;
}

#[tokio::test]
async fn a_job_of_another_version_waits_for_its_server() {
    let db = Database::create().await;
    let foreign = db.enqueue(&Trouble { kind: Kind::Retry, until: 1 }).await;
    let own = db.enqueue(&Effect { millis: 0 }).await;
    let worker = Worker::start(&db.app, registry(), brisk());
    db.until(Duration::from_secs(5), "select count(*) from backlot.jobs where state = 'done'", 1).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    worker.stop().await;
    assert_eq!(db.state(own).await, State::Done);
    assert_eq!(db.state(foreign).await, State::Waiting);
    assert_eq!(db.number("select max(attempt)::bigint from backlot.jobs where state = 'waiting'").await, 0);
}
