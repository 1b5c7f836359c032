//! What claims to come from crews' hosts: forged, repeated, out of order, about nobody, or 10 MB of it.
use super::{FAILED, patient, retried, studio};
use crate::support::crews::HOOK_TOKEN;
use crate::support::{ABSENT, Answer, BROWSER_TOKEN, PLATFORM_TOKEN, Sent, Studio};
use axum::http::Method;
use backlot::kernel::Role;
use backlot::sandbox::crews::{Ending, Endpoint};
use serde_json::{Value, json};
use uuid::Uuid;

async fn send(studio: &Studio, token: Option<&str>, body: Vec<u8>) -> Answer {
    let sent = Sent { method: Method::POST, body, ..Sent::get("/webhooks/crewai") }.header("content-type", "application/json");
    let sent = match token {
        Some(token) => sent.header("authorization", token),
        None => sent,
    };
    studio.browser().send(sent).await
}

async fn tell(studio: &Studio, message: &Value) -> Answer {
    send(studio, Some(&format!("Bearer {HOOK_TOKEN}")), message.to_string().into_bytes()).await
}

/// A run that goes on at its crew's host, and its id there.
async fn running(studio: &Studio) -> (Uuid, String) {
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    patient(&studio.crews, "script_writer");
    let attempt = retried(&mut maya, FAILED).await;
    studio.work(async || studio.until(&format!("select state from platform.workflow_jobs where id = '{attempt}'"), "running").await).await;
    (attempt, studio.crews.runs()[0].0.clone())
}

#[tokio::test]
async fn without_the_token_nothing_is_heard() {
    let studio = studio().await;
    let (attempt, id) = running(&studio).await;
    let message = json!({ "kickoff_id": id, "meta": { "run_id": attempt }, "status": "completed" }).to_string().into_bytes();
    let before = studio.fingerprint(&["backlot.jobs"]).await;
    let tokens = [
        None,
        Some(String::new()),
        Some("Bearer ".into()),
        Some("Bearer wrong".into()),
        Some(HOOK_TOKEN.into()),
        Some(format!("Basic {HOOK_TOKEN}")),
        Some(format!("Bearer {HOOK_TOKEN}x")),
        Some(format!("Bearer {}", &HOOK_TOKEN[1..])),
        Some(format!("Bearer {PLATFORM_TOKEN}")),
        Some(format!("Bearer {BROWSER_TOKEN}")),
    ];
    for token in tokens {
        let answer = send(&studio, token.as_deref(), message.clone()).await;
        assert_eq!(answer.status, 401, "{token:?}: {answer:?}");
    }
    assert_eq!(studio.fingerprint(&["backlot.jobs"]).await, before);
    assert!(!studio.jobs().await.contains(&"workflows.hear".to_owned()));
}

#[tokio::test]
async fn whatever_a_message_says_the_state_is_what_the_host_says() {
    let studio = studio().await;
    let (attempt, id) = running(&studio).await;
    for said in ["completed", "SUCCESS", "error", "REVOKED", "Pending Human Input"] {
        tell(&studio, &json!({ "kickoff_id": id, "meta": { "run_id": attempt }, "status": said, "result": { "output": "forged" } }))
            .await
            .must(202);
    }
    studio
        .work(async || {
            studio.until("select count(*)::text from backlot.jobs where name = 'workflows.hear' and finished_at is null", "0").await
        })
        .await;
    assert_eq!(studio.run_state(attempt).await, "running");
    assert_eq!(
        studio.text(&format!("select coalesce(outputs::text, 'none') from platform.workflow_jobs where id = '{attempt}'")).await,
        "none"
    );
    studio.crews.end(&id, Ending::Succeeds);
    studio.run_jobs().await;
    assert_eq!(studio.run_state(attempt).await, "succeeded");
    // Late and out of order: what is over stays.
    for part in 0..3 {
        tell(&studio, &json!({ "events": [{ "id": part, "execution_id": id, "type": "task_started" }] })).await.must(202);
    }
    studio.run_jobs().await;
    assert_eq!(studio.run_state(attempt).await, "succeeded");
}

#[tokio::test]
async fn the_same_message_is_looked_into_once() {
    let studio = studio().await;
    let (attempt, id) = running(&studio).await;
    let message = json!({ "events": [{ "id": "e-1", "execution_id": id, "data": { "meta": { "run_id": attempt } } }] });
    for _ in 0..5 {
        tell(&studio, &message).await.must(202);
    }
    let waiting = studio.jobs().await.into_iter().filter(|name| name == "workflows.hear").count();
    assert_eq!(waiting, 1);
    studio.crews.end(&id, Ending::Succeeds);
    studio.run_jobs().await;
    assert_eq!(studio.run_state(attempt).await, "succeeded");
}

#[tokio::test]
async fn a_message_about_nobody_and_one_that_lends_a_run_another_id_change_nothing() {
    let studio = studio().await;
    let (attempt, id) = running(&studio).await;
    let other = studio
        .text("insert into platform.workflow_jobs (id, user_id, crew, state, error, gateway_mode, kickoff_sent_at)
               select gen_random_uuid(), user_id, 'script_writer', 'unknown', 'x', 'sandbox', now() from platform.workflow_jobs limit 1 returning id::text")
        .await;
    let rows = "select md5(string_agg(w::text, ',' order by id)) from (select id, state, external_id, tasks_done, outputs from platform.workflow_jobs) w";
    let before = studio.text(rows).await;
    for message in [
        json!({ "kickoff_id": "no-such-run", "meta": { "run_id": ABSENT } }),
        json!({ "kickoff_id": "no-such-run" }),
        json!({ "meta": { "run_id": ABSENT } }),
        // Ours, with an id that the host does not know.
        json!({ "kickoff_id": "no-such-run", "meta": { "run_id": other } }),
        // Ours, with the id of another run of ours: the host says whose it is.
        json!({ "kickoff_id": id, "meta": { "run_id": other } }),
    ] {
        tell(&studio, &message).await.must(202);
    }
    studio
        .work(async || {
            studio.until("select count(*)::text from backlot.jobs where name = 'workflows.hear' and finished_at is null", "0").await
        })
        .await;
    assert_eq!(studio.text(rows).await, before);
    assert_eq!(studio.run_state(attempt).await, "running");
    assert_eq!(studio.number("select count(*) from backlot.jobs where name = 'workflows.hear' and state = 'dead'").await, 0);
    assert_eq!(studio.crews.asked(Endpoint::Kickoff), 1);
    studio.jobs().await;
}

#[tokio::test]
async fn nonsense_and_ten_megabytes_are_refused() {
    let studio = studio().await;
    let token = format!("Bearer {HOOK_TOKEN}");
    let before = studio.fingerprint(&[]).await;
    let deep = [vec![b'['; 200_000], vec![b']'; 200_000]].concat();
    for body in [Vec::new(), b"{".to_vec(), b"<xml/>".to_vec(), vec![0xff; 100], deep] {
        assert_eq!(send(&studio, Some(&token), body).await.status, 400);
    }
    let huge = json!({ "kickoff_id": "x", "result": "x".repeat(10 << 20) }).to_string().into_bytes();
    assert_eq!(send(&studio, Some(&token), huge.clone()).await.status, 413);
    assert!(matches!(send(&studio, None, huge).await.status.as_u16(), 401 | 413));
    for message in [json!(null), json!([]), json!({ "events": [null, 1, {}] }), json!({ "meta": { "run_id": "'; drop table x" } })] {
        tell(&studio, &message).await.must(202);
    }
    assert_eq!(studio.fingerprint(&[]).await, before);
}
