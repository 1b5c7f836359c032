//! Starting a failed run again.
use super::{FAILED, patient, ready, retried, shown, studio};
use crate::support::{ADA, Studio};
use backlot::kernel::Role;
use backlot::sandbox::crews::{Endpoint, Fault};
use serde_json::json;
use tokio::task::JoinSet;

fn path() -> String {
    format!("/admin/workflows/{FAILED}/retry")
}

#[tokio::test]
async fn a_retry_is_recorded_announced_started_with_the_same_inputs_and_reaches_its_end() {
    let studio = studio().await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let attempt = retried(&mut olga, FAILED).await;
    let entry = studio.entries("workflows.retry", "done").await.remove(0);
    assert_eq!((entry.reason.as_deref(), entry.target_id), (Some("the limit was raised"), Some(FAILED.to_string())));
    let event = studio.events().await.into_iter().find(|event| event.name == "admin_workflow_retried").unwrap();
    assert_eq!(
        event.properties,
        json!({ "workflow_job_id": FAILED, "attempt_id": attempt, "attempt": 2, "crew": "script_writer", "user_id": ADA })
    );
    assert_eq!(studio.jobs().await, ["workflows.kickoff"]);
    assert_eq!(studio.crews.asked(Endpoint::Kickoff), 0, "not before the commit");
    studio.run_jobs().await;

    let runs = studio.crews.runs();
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].1.inputs, json!({ "theme": "a loom", "tone": "dry", "api_key": "sk-live-0123456789abcdef" }));
    assert_eq!(runs[0].1.meta, json!({ "run_id": attempt }));
    let row = studio
        .text(&format!(
            "select concat_ws(' ', state, status, attempt, retry_of, root_id, external_id, tasks_done, tasks_total, gateway_mode, outputs ->> 'document',
               tasks -> 1 ->> 'status', finished_at >= started_at) from platform.workflow_jobs where id = '{attempt}'"
        ))
        .await;
    let id = &runs[0].0;
    assert_eq!(row, format!("succeeded done 2 {FAILED} {FAILED} {id} 4 4 sandbox made in the sandbox done t"));
    assert_eq!(studio.run_state(FAILED).await, "failed", "the first attempt stays as it was");
    let told = studio.happened(attempt).await;
    assert!(told[0].contains("asked for attempt 2") && told[1].contains(id) && told[2].starts_with("Succeeded"), "{told:?}");
}

#[tokio::test]
async fn the_question_warns_that_everything_is_done_and_paid_for_again_and_does_nothing() {
    let studio = studio().await;
    let mut support = studio.sign_in(Role::SupportAdmin).await;
    let before = studio.fingerprint(&[]).await;
    let page = shown(&mut support, &path(), &[("reason", "again please")]).await.must(200);
    assert!(page.words().contains("what it costs in tokens and credits"), "{page:?}");
    assert!(page.one(".counts").contains("of 5 at most: it costs what the first did"), "{page:?}");
    assert!(page.one(".affected").contains("script_writer, attempt 2"), "{page:?}");
    let missing = shown(&mut support, &path(), &[]).await.must(422);
    assert!(missing.one("#reason-error").contains("Say why"), "{missing:?}");
    assert_eq!(studio.fingerprint(&[]).await, before);
}

#[tokio::test]
async fn only_the_newest_attempt_that_failed_or_was_stopped_is_started_again_and_only_so_often() {
    let studio = studio().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    for (state, sentence) in [("running", "It is not over."), ("succeeded", "It succeeded."), ("unknown", "settle it first")] {
        let run = studio
            .text(&format!(
                "insert into platform.workflow_jobs (id, user_id, crew, state, error) values (gen_random_uuid(), '{ADA}', 'script_writer', '{state}', 'x') returning id::text"
            ))
            .await;
        let refused = shown(&mut maya, &format!("/admin/workflows/{run}/retry"), &[("reason", "again please")]).await.must(409);
        assert!(refused.one("#errors").contains(sentence), "{state}: {refused:?}");
        let page = maya.get(&format!("/admin/workflows/{run}")).await.must(200);
        assert!(page.all("#acts .off").iter().any(|entry| entry.contains(sentence)), "{page:?}");
    }
    let second = retried(&mut maya, FAILED).await;
    let refused = shown(&mut maya, &path(), &[("reason", "again please")]).await.must(409);
    assert!(refused.one("#errors").contains("started again already: attempt 2 is the newest"), "{refused:?}");
    studio.run(&format!("update platform.workflow_jobs set state = 'failed', error = 'x' where id = '{second}'")).await;
    studio.run("insert into backlot.system_config (key, value, category) values ('workflows.max_attempts', '2', 'generation')").await;
    studio.site.live.reload(&studio.app).await.unwrap();
    let refused = shown(&mut maya, &format!("/admin/workflows/{second}/retry"), &[("reason", "again please")]).await.must(409);
    assert!(refused.one("#errors").contains("It had 2 attempts; 2 are the most."), "{refused:?}");
    studio.run_jobs().await;
    assert_eq!(studio.crews.runs().len(), 0, "what was ended before its kickoff is not started");
}

/// Sixteen admins' forms, each with a key and an attempt of its own, at once.
async fn sixteen(studio: &Studio) -> Vec<u16> {
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let mut forms = Vec::new();
    for _ in 0..16 {
        forms.push(ready(&mut maya, &path(), &[("reason", "again please")]).await);
    }
    let mut sent = JoinSet::new();
    for form in forms {
        let mut browser = maya.clone();
        sent.spawn(async move { browser.submit(&form).await.status.as_u16() });
    }
    let mut all = sent.join_all().await;
    all.sort_unstable();
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_retries_at_once_one_is_an_attempt() {
    let studio = studio().await;
    let answers = sixteen(&studio).await;
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 409).count(), 15, "{answers:?}");
    assert_eq!(studio.number(&format!("select count(*) from platform.workflow_jobs where root_id = '{FAILED}'")).await, 2);
    assert_eq!(studio.entries("workflows.retry", "done").await.len(), 1);
    studio.run_jobs().await;
    assert_eq!(studio.crews.asked(Endpoint::Kickoff), 1);
}

#[tokio::test]
async fn the_table_itself_holds_one_active_attempt_and_no_end_is_undone() {
    let studio = studio().await;
    let again = |n: i32| {
        format!(
            "insert into platform.workflow_jobs (id, user_id, crew, state, attempt, retry_of, root_id) values (gen_random_uuid(), '{ADA}', 'x', 'unknown', {n}, '{FAILED}', '{FAILED}')"
        )
    };
    studio.run(&again(2)).await;
    let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(again(3))).execute(&studio.root).await.unwrap_err().to_string();
    assert!(refused.contains("workflow_jobs_one_active"), "{refused}");
    let undo = format!("update platform.workflow_jobs set status = 'running' where id = '{FAILED}'");
    let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(undo)).execute(&studio.root).await.unwrap_err().to_string();
    assert!(refused.contains("a run that is failed cannot become running"), "{refused}");
}

#[tokio::test]
async fn a_crew_that_refuses_or_cannot_be_reached_fails_the_attempt_in_words() {
    let studio = studio().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    studio.run(&format!("update platform.workflow_jobs set inputs = '{{}}' where id = '{FAILED}'")).await;
    let second = retried(&mut maya, FAILED).await;
    studio.run_jobs().await;
    let told = studio.text(&format!("select error || '/' || error_signature from platform.workflow_jobs where id = '{second}'")).await;
    assert_eq!(told, r#"Kickoff refused (422): missing_inputs ["theme"]/missing input: theme"#);

    studio.crews.fault(Endpoint::Kickoff, Fault::Answer(401, "{}".into()));
    let third = retried(&mut maya, second).await;
    studio.run_jobs().await;
    let told = studio.text(&format!("select state || ': ' || error from platform.workflow_jobs where id = '{third}'")).await;
    assert_eq!(told, "failed: Not started: the crew's host does not take our token (401).");

    for _ in 0..3 {
        studio.crews.fault(Endpoint::Kickoff, Fault::Answer(429, "{}".into()));
    }
    studio.run(&format!("update platform.workflow_jobs set inputs = '{{\"theme\": \"x\"}}' where id = '{third}'")).await;
    let fourth = retried(&mut maya, third).await;
    studio.run_jobs().await;
    assert_eq!(studio.run_state(fourth).await, "succeeded", "being asked for patience is no failure");
    assert_eq!(studio.crews.runs().len(), 1);
}

#[tokio::test]
async fn a_slow_crew_is_followed_and_its_progress_never_goes_back() {
    let studio = studio().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    patient(&studio.crews, "script_writer");
    let attempt = retried(&mut maya, FAILED).await;
    studio
        .work(async || {
            studio
                .until(
                    &format!("select count(*)::text from backlot.workflow_events where workflow_job_id = '{attempt}' and kind = 'heard'"),
                    "1",
                )
                .await
        })
        .await;
    assert_eq!(studio.run_state(attempt).await, "running");
    let page = maya.get(&format!("/admin/workflows/{attempt}/live")).await.must(200);
    let asks = page.attributes("#run", "hx-get").remove(0);
    assert!(asks.starts_with(&format!("/admin/workflows/{attempt}/live?seen=")), "{asks}");
    maya.get(&asks).await.must(204);
    studio.run(&format!("update platform.workflow_jobs set tasks_done = 1 where id = '{attempt}'")).await;
    studio.crews.end(&studio.crews.runs()[0].0, backlot::sandbox::crews::Ending::Fails("disk full at 0x7f3a".into()));
    studio.run_jobs().await;
    let row = studio
        .text(&format!("select concat_ws('/', state, error, error_signature) from platform.workflow_jobs where id = '{attempt}'"))
        .await;
    assert_eq!(row, "failed/disk full at 0x7f3a/disk full at #x#f#a");
    let page = maya.get(&asks).await.must(200);
    assert_eq!(page.attributes("#run", "hx-get"), [""], "what is over is not asked for again");
}
