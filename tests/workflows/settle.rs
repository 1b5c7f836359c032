//! An answer that never came: the run may have been started, and nobody starts it again blindly.
use super::{FAILED, patient, ready, retried, shown, studio};
use crate::support::crews::HOOK_TOKEN;
use crate::support::{Sent, Studio};
use axum::http::Method;
use backlot::kernel::Role;
use backlot::sandbox::crews::{Endpoint, Fault};
use serde_json::json;
use uuid::Uuid;

/// A retry whose answer was lost: the crew has started it.
async fn lost(studio: &Studio, browser: &mut crate::support::Browser) -> Uuid {
    studio.crews.fault(Endpoint::Kickoff, Fault::LoseAnswer);
    let attempt = retried(browser, FAILED).await;
    studio.run_jobs().await;
    assert_eq!(studio.run_state(attempt).await, "unknown");
    assert_eq!((studio.crews.asked(Endpoint::Kickoff), studio.crews.runs().len()), (1, 1));
    attempt
}

async fn tell(studio: &Studio, message: &serde_json::Value) {
    let sent = Sent { method: Method::POST, body: message.to_string().into_bytes(), ..Sent::get("/webhooks/crewai") };
    studio
        .browser()
        .send(sent.header("authorization", &format!("Bearer {HOOK_TOKEN}")).header("content-type", "application/json"))
        .await
        .must(202);
}

#[tokio::test]
async fn a_lost_answer_leaves_the_run_unknown_and_blocks_the_next_retry() {
    let studio = studio().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let attempt = lost(&studio, &mut maya).await;
    let page = maya.get(&format!("/admin/workflows/{attempt}")).await.must(200);
    assert!(page.one("#error").contains("it may have been started, so it is not asked for again"), "{page:?}");
    assert!(page.one("#badges").contains("Unknown"), "{page:?}");
    for run in [FAILED, attempt] {
        shown(&mut maya, &format!("/admin/workflows/{run}/retry"), &[("reason", "again please")]).await.must(409);
    }
    assert_eq!(studio.crews.asked(Endpoint::Kickoff), 1);
}

#[tokio::test]
async fn what_the_host_tells_by_itself_settles_it() {
    let studio = studio().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let attempt = lost(&studio, &mut maya).await;
    let id = studio.crews.runs()[0].0.clone();
    tell(
        &studio,
        &json!({ "events": [{ "id": "e1", "execution_id": id, "type": "task_completed", "data": { "meta": { "run_id": attempt } } }] }),
    )
    .await;
    studio.run_jobs().await;
    let row = studio.text(&format!("select state || ' ' || external_id from platform.workflow_jobs where id = '{attempt}'")).await;
    assert_eq!(row, format!("succeeded {id}"));
    assert!(studio.happened(attempt).await.iter().any(|text| text.contains("told of it by itself")));
    assert_eq!(studio.crews.asked(Endpoint::Kickoff), 1);
}

#[tokio::test]
async fn what_the_host_tells_while_the_answer_is_awaited_stands() {
    let studio = studio().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    patient(&studio.crews, "script_writer");
    studio.crews.fault(Endpoint::Kickoff, Fault::LoseAnswer);
    let attempt = retried(&mut maya, FAILED).await;
    studio
        .work(async || {
            while studio.crews.runs().is_empty() {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            let id = studio.crews.runs()[0].0.clone();
            tell(&studio, &json!({ "kickoff_id": id, "meta": { "run_id": attempt } })).await;
            let noted = format!("select count(*)::text from backlot.workflow_events where workflow_job_id = '{attempt}' and kind = 'note'");
            studio.until(&noted, "1").await;
        })
        .await;
    assert_eq!(studio.run_state(attempt).await, "running", "the lost answer takes nothing back");
    studio.crews.end(&studio.crews.runs()[0].0, backlot::sandbox::crews::Ending::Succeeds);
    studio.run_jobs().await;
    assert_eq!(studio.run_state(attempt).await, "succeeded");
}

#[tokio::test]
async fn an_admin_decides_with_a_reason_and_then_it_can_be_started_again() {
    let studio = studio().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let attempt = lost(&studio, &mut maya).await;
    let path = format!("/admin/workflows/{attempt}/settle");
    let refused = shown(&mut maya, &path, &[]).await.must(422);
    assert!(refused.has("#verdict-error") && refused.has("#reason-error"), "{refused:?}");
    let form = ready(&mut maya, &path, &[("verdict", "stopped"), ("reason", "their log shows no kickoff")]).await;
    maya.submit(&form).await.sent_to(&format!("/admin/workflows/{attempt}"));
    let entry = studio.entries("workflows.settle", "done").await.remove(0);
    assert_eq!(entry.change("state"), ("unknown".into(), "stopped".into()));
    assert_eq!(entry.reason.as_deref(), Some("their log shows no kickoff"));
    shown(&mut maya, &path, &[("verdict", "failed"), ("reason", "changed my mind")]).await.must(409);
    let third = retried(&mut maya, attempt).await;
    studio.run_jobs().await;
    assert_eq!(studio.run_state(third).await, "succeeded");
}

#[tokio::test]
async fn news_that_come_after_the_decision_are_written_down_and_change_nothing() {
    let studio = studio().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let attempt = lost(&studio, &mut maya).await;
    let form =
        ready(&mut maya, &format!("/admin/workflows/{attempt}/settle"), &[("verdict", "stopped"), ("reason", "no trace of it")]).await;
    maya.submit(&form).await.must(303);
    let id = studio.crews.runs()[0].0.clone();
    for part in 0..3 {
        tell(&studio, &json!({ "kickoff_id": id, "meta": { "run_id": attempt }, "part": part })).await;
    }
    studio.run_jobs().await;
    assert_eq!(studio.run_state(attempt).await, "stopped");
    let late: Vec<_> = studio.happened(attempt).await.into_iter().filter(|text| text.starts_with("Heard late")).collect();
    assert_eq!(late.len(), 1, "{late:?}");
}

#[tokio::test]
async fn a_host_that_forgets_a_run_leaves_it_to_an_admin() {
    let studio = studio().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    patient(&studio.crews, "script_writer");
    let attempt = retried(&mut maya, FAILED).await;
    studio.work(async || studio.until(&format!("select state from platform.workflow_jobs where id = '{attempt}'"), "running").await).await;
    studio.crews.forget();
    let old = "kickoff_sent_at = now() - interval '10 minutes', next_look_at = now()";
    studio.run(&format!("update platform.workflow_jobs set {old} where id = '{attempt}'")).await;
    studio.run("update backlot.jobs set run_at = now() where name = 'workflows.look' and state = 'waiting'").await;
    studio.run_jobs().await;
    assert_eq!(studio.run_state(attempt).await, "unknown");
    let page = maya.get(&format!("/admin/workflows/{attempt}")).await.must(200);
    assert!(page.one("#error").contains("does not know this run any more"), "{page:?}");
}
