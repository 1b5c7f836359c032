//! Stopping a run.
use super::{FAILED, patient, ready, retried, shown, studio};
use crate::support::ADA;
use backlot::kernel::Role;
use backlot::sandbox::crews::{Ending, Endpoint, Fault};

const REASON: [(&str, &str); 1] = [("reason", "the user asked us to")];

#[tokio::test]
async fn a_running_crew_is_asked_to_stop_and_the_run_follows() {
    let studio = studio().await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    patient(&studio.crews, "script_writer");
    let attempt = retried(&mut olga, FAILED).await;
    studio.work(async || studio.until(&format!("select state from platform.workflow_jobs where id = '{attempt}'"), "running").await).await;
    let path = format!("/admin/workflows/{attempt}/stop");
    let form = ready(&mut olga, &path, &REASON).await;
    olga.submit(&form).await.sent_to(&format!("/admin/workflows/{attempt}"));
    assert_eq!(studio.run_state(attempt).await, "running", "not before the crew has said so");
    assert!(olga.get(&format!("/admin/workflows/{attempt}")).await.one("#badges").contains("Stopping"));
    shown(&mut olga, &path, &REASON).await.must(409);
    // An answer that is lost is asked for again: stopping twice does no harm.
    studio.crews.fault(Endpoint::Stop, Fault::LoseAnswer);
    studio.work(async || studio.until(&format!("select state from platform.workflow_jobs where id = '{attempt}'"), "stopped").await).await;
    studio.run_jobs().await;
    let entry = studio.entries("workflows.stop", "done").await.remove(0);
    assert_eq!(entry.change("stop_asked"), (false.into(), true.into()));
    let event = studio.events().await.into_iter().find(|event| event.name == "admin_workflow_stopped").unwrap();
    assert_eq!(event.properties["workflow_job_id"], attempt.to_string());
}

#[tokio::test]
async fn stopping_too_late_shows_how_it_ended() {
    let studio = studio().await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    patient(&studio.crews, "script_writer");
    let attempt = retried(&mut olga, FAILED).await;
    studio.work(async || studio.until(&format!("select state from platform.workflow_jobs where id = '{attempt}'"), "running").await).await;
    let form = ready(&mut olga, &format!("/admin/workflows/{attempt}/stop"), &REASON).await;
    olga.submit(&form).await.must(303);
    studio.crews.end(&studio.crews.runs()[0].0, Ending::Succeeds);
    studio.run_jobs().await;
    assert_eq!(studio.run_state(attempt).await, "succeeded");
    let told = studio.happened(attempt).await;
    assert!(told.iter().any(|text| text == "Too late to stop it: Cannot stop execution. Current state: completed"), "{told:?}");
}

#[tokio::test]
async fn what_was_not_started_yet_leaves_the_queue_and_never_is() {
    let studio = studio().await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let attempt = retried(&mut olga, FAILED).await;
    let form = ready(&mut olga, &format!("/admin/workflows/{attempt}/stop"), &REASON).await;
    olga.submit(&form).await.must(303);
    assert_eq!(studio.run_state(attempt).await, "stopped");
    studio.run_jobs().await;
    assert_eq!(studio.crews.asked(Endpoint::Kickoff), 0);
}

#[tokio::test]
async fn a_run_that_the_host_does_not_know_is_left_to_an_admin() {
    let studio = studio().await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let run = studio
        .text(&format!(
            "insert into platform.workflow_jobs (id, user_id, crew, state, external_id, created_at) values (gen_random_uuid(), '{ADA}', 'storyboard', 'running', 'long-gone', now() - interval '31 hours') returning id::text"
        ))
        .await;
    let form = ready(&mut olga, &format!("/admin/workflows/{run}/stop"), &REASON).await;
    olga.submit(&form).await.must(303);
    studio.run_jobs().await;
    assert_eq!(studio.run_state(run.parse().unwrap()).await, "unknown");
    olga.get(&format!("/admin/workflows/{run}/settle")).await.must(200);
}

#[tokio::test]
async fn what_is_over_or_unknown_cannot_be_stopped() {
    let studio = studio().await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let refused = shown(&mut olga, &format!("/admin/workflows/{FAILED}/stop"), &REASON).await.must(409);
    assert!(refused.one("#errors").contains("It is over."), "{refused:?}");
    let run = studio
        .text(&format!("insert into platform.workflow_jobs (id, user_id, crew, state, error) values (gen_random_uuid(), '{ADA}', 'storyboard', 'unknown', 'x') returning id::text"))
        .await;
    let refused = shown(&mut olga, &format!("/admin/workflows/{run}/stop"), &REASON).await.must(409);
    assert!(refused.one("#errors").contains("settle it instead"), "{refused:?}");
}
