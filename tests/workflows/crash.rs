//! A worker that is gone between asking for a kickoff and writing down its answer.
use super::{FAILED, retried, studio};
use crate::support::crews::PACE;
use backlot::app::{self, Hands};
use backlot::database::pools::pool;
use backlot::jobs::{Runner, Settings};
use backlot::kernel::{Desk, Role};
use backlot::sandbox::crews::{Endpoint, Fault};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kickoff_that_was_sent_by_a_worker_that_died_is_not_sent_again() {
    let studio = studio().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    studio.crews.fault(Endpoint::Kickoff, Fault::LoseAnswer);
    let attempt = retried(&mut maya, FAILED).await;
    // A worker of its own, which is cut off with the runtime it lives in: it writes down nothing any more, as after `kill -9`.
    let work = pool(&studio.database.ways.app.options(), 6, "jobs");
    let hands =
        Hands { desk: Desk::new(work.clone()), outside: studio.outside(), press: studio.press(&work), live: studio.site.live.clone() };
    let settings = Settings { poll: Duration::from_millis(20), ..Settings::default() };
    let runner = Runner::new(work, app::jobs().unwrap(), hands, settings).unwrap();
    let dying = tokio::spawn(runner.run(CancellationToken::new()));
    while studio.crews.runs().is_empty() {
        tokio::time::sleep(PACE).await;
    }
    dying.abort();
    let _ = dying.await;
    assert_eq!(studio.run_state(attempt).await, "queued", "it noted that it would ask, and nothing more");
    studio.run("update backlot.jobs set lease_until = now() - interval '1 second' where state = 'running'").await;
    studio.run_jobs().await;
    assert_eq!(studio.run_state(attempt).await, "unknown");
    assert!(studio.happened(attempt).await.iter().any(|text| text.contains("stopped before there was an answer")));
    assert_eq!(studio.crews.asked(Endpoint::Kickoff), 1, "asked for once");
}

#[tokio::test]
async fn a_run_that_nobody_looks_at_any_more_is_found_within_a_minute() {
    let studio = studio().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    super::patient(&studio.crews, "script_writer");
    let attempt = retried(&mut maya, FAILED).await;
    studio.work(async || studio.until(&format!("select state from platform.workflow_jobs where id = '{attempt}'"), "running").await).await;
    studio.run("delete from backlot.jobs where name = 'workflows.look' and finished_at is not null").await;
    studio
        .run("update backlot.jobs set state = 'cancelled', finished_at = now() where name = 'workflows.look' and state = 'waiting'")
        .await;
    studio.run(&format!("update platform.workflow_jobs set next_look_at = now() - interval '2 minutes' where id = '{attempt}'")).await;
    studio.crews.end(&studio.crews.runs()[0].0, backlot::sandbox::crews::Ending::Succeeds);
    studio
        .run("insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'workflows.look_for_late', 'null', 3)")
        .await;
    studio.run_jobs().await;
    assert_eq!(studio.run_state(attempt).await, "succeeded");
}
