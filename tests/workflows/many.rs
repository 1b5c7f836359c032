//! Starting many failed runs again: those that match, counted and sampled before, so many at most.
use super::{FAILED, another, numbered, ready, retried, shown, studio};
use crate::support::{Browser, Studio};
use backlot::kernel::Role;
use backlot::sandbox::crews::Endpoint;
use tokio::task::JoinSet;

const PATH: &str = "/admin/workflows/retry?state=failed&signature=crew%20host%20unreachable";

async fn with_failures(count: u32) -> (Studio, Browser) {
    let studio = studio().await;
    for number in 1..=count {
        studio.run(&another(number)).await;
    }
    let maya = studio.sign_in(Role::SuperAdmin).await;
    (studio, maya)
}

#[tokio::test]
async fn the_filtered_failures_are_started_again_each_once_and_on_one_record() {
    let (studio, mut maya) = with_failures(7).await;
    let list = maya.get("/admin/workflows?state=failed&signature=crew+host+unreachable").await.must(200);
    assert_eq!(list.attributes("#acts a[href^='/admin/workflows/retry?']", "href").len(), 1, "{list:?}");
    let before = studio.fingerprint(&[]).await;
    let page = shown(&mut maya, PATH, &[("limit", "5"), ("reason", "the host is back")]).await.must(200);
    assert_eq!(studio.fingerprint(&[]).await, before, "only shown");
    let counts = page.all(".counts li");
    assert_eq!(counts.len(), 7, "two counts, and the five by name: {counts:?}");
    assert!(counts[0].starts_with("5failed runs are started again") && counts[6].starts_with("2more match"), "{counts:?}");
    assert!(page.attributes(".some a", "href").contains(&format!("/admin/workflows/{}", numbered(1))), "the newest first: {page:?}");
    maya.submit(&page.form("/admin/workflows/retry")).await.must(303);

    let entries = studio.entries("workflows.retry_many", "done").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].change("runs").1, 5);
    assert_eq!(entries[0].change("filter").1, "error crew host unreachable");
    let traces = format!("select count(*) from backlot.workflow_events where audit_id = '{}' and kind = 'asked'", entries[0].id);
    assert_eq!(studio.number(&traces).await, 5, "a trace for each run");
    let events: Vec<_> = studio.events().await.into_iter().filter(|event| event.name == "admin_workflow_retried").collect();
    assert_eq!((events.len(), events[0].properties["count"].as_i64()), (1, Some(5)));
    studio.run_jobs().await;
    assert_eq!(studio.crews.asked(Endpoint::Kickoff), 5);
    assert_eq!(studio.number("select count(*) from platform.workflow_jobs where state = 'succeeded' and attempt = 2").await, 5);
    assert_eq!(studio.run_state(FAILED).await, "failed", "another error is another filter");
    let page = shown(&mut maya, PATH, &[("limit", "5"), ("reason", "the host is back")]).await.must(200);
    assert!(page.all(".counts li")[0].starts_with("2failed runs"), "what was started again is not started a third time: {page:?}");
}

#[tokio::test]
async fn more_than_the_cap_is_refused_and_so_is_what_changed_meanwhile() {
    let (studio, mut maya) = with_failures(3).await;
    let refused = shown(&mut maya, PATH, &[("limit", "101"), ("reason", "the host is back")]).await.must(422);
    assert!(refused.one("#limit-error").contains("from 1 to 100"), "{refused:?}");
    let form = ready(&mut maya, PATH, &[("limit", "3"), ("reason", "the host is back")]).await;
    retried(&mut maya, numbered(2)).await;
    let changed = maya.submit(&form).await.must(409);
    assert!(changed.has("#conflict") && changed.all(".counts li")[0].starts_with("2failed"), "{changed:?}");
    assert_eq!(studio.entries("workflows.retry_many", "done").await.len(), 0);
    studio.run_jobs().await;
    let none = shown(&mut maya, "/admin/workflows/retry?crew=nobody", &[("limit", "3"), ("reason", "the host is back")]).await.must(409);
    assert!(none.one("#errors").contains("No failed run matches"), "{none:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_start_each_run_once() {
    let (studio, mut maya) = with_failures(6).await;
    let mut forms = Vec::new();
    for _ in 0..8 {
        forms.push(ready(&mut maya, PATH, &[("limit", "6"), ("reason", "the host is back")]).await);
    }
    let mut sent = JoinSet::new();
    for form in forms {
        let mut browser = maya.clone();
        sent.spawn(async move { browser.submit(&form).await.status.as_u16() });
    }
    let answers = sent.join_all().await;
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| matches!(status, 303 | 409)), "{answers:?}");
    studio.run_jobs().await;
    assert_eq!(studio.crews.asked(Endpoint::Kickoff), 6);
    assert_eq!(studio.number("select max(attempt)::bigint from platform.workflow_jobs").await, 2);
}
