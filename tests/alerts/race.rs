//! Two servers, or ten looks at once, open one alert and write to everybody once.
use super::{ask, calm, done, open, set};
use backlot::kernel::Role;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_that_look_at_once_make_one_alert_and_one_letter_each() {
    let studio = calm().await;
    studio
        .run(
            "insert into backlot.jobs (id, name, payload, max_attempts, state, attempt, last_error, finished_at)
             values (gen_random_uuid(), 'users.end_sessions', '{}', 3, 'dead', 3, 'away', now())",
        )
        .await;
    ask(&studio, 10).await;
    tokio::join!(studio.work(async || done(&studio).await), studio.work(async || done(&studio).await));
    assert_eq!(open(&studio).await, "dead_jobs");
    assert_eq!(studio.number("select count(*) from backlot.alerts").await, 1);
    let mine = studio.letters.all().into_iter().filter(|letter| letter.to == studio.staff(Role::OperationsAdmin).email).count();
    assert_eq!(mine, 1);
    studio.run("delete from backlot.jobs where state = 'dead'").await;
    ask(&studio, 10).await;
    tokio::join!(studio.work(async || done(&studio).await), studio.work(async || done(&studio).await));
    assert_eq!(open(&studio).await, "");
    let mine = studio.letters.all().into_iter().filter(|letter| letter.to == studio.staff(Role::OperationsAdmin).email).count();
    assert_eq!(mine, 2);
    studio.jobs().await;
}

#[tokio::test]
async fn what_lasts_for_a_moment_rings_nobody() {
    let studio = calm().await;
    set(&studio, &[("alerts.hold_seconds", "30")]).await;
    studio
        .run(
            "insert into backlot.jobs (id, name, payload, max_attempts, state, attempt, last_error, finished_at)
             values (gen_random_uuid(), 'users.end_sessions', '{}', 3, 'dead', 3, 'away', now())",
        )
        .await;
    super::look(&studio).await;
    assert_eq!(open(&studio).await, "");
    studio.run("update backlot.alert_watches set over_since = over_since - interval '20 seconds'").await;
    super::look(&studio).await;
    assert_eq!(open(&studio).await, "", "not yet");
    studio.run("update backlot.alert_watches set over_since = over_since - interval '20 seconds'").await;
    super::look(&studio).await;
    assert_eq!(open(&studio).await, "dead_jobs");
}
