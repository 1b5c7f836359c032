//! What admins do with an alert: acknowledge it, silence it, end that; each on the record.
use super::{calm, look, open};
use crate::support::Studio;
use backlot::kernel::Role;

async fn fault(studio: &Studio) -> String {
    studio
        .run(
            "insert into backlot.jobs (id, name, payload, max_attempts, state, attempt, last_error, finished_at)
             values (gen_random_uuid(), 'users.end_sessions', '{}', 3, 'dead', 3, 'away', now())",
        )
        .await;
    look(studio).await;
    studio.text("select id::text from backlot.alerts where cleared_at is null").await
}

#[tokio::test]
async fn the_navigation_home_and_health_say_that_something_is_wrong() {
    let studio = calm().await;
    let mut browser = studio.sign_in(Role::OperationsAdmin).await;
    assert!(!browser.get("/admin").await.must(200).has(".nav-count"));
    let alert = fault(&studio).await;
    let page = browser.get("/admin").await.must(200);
    assert_eq!(page.one(".nav-count"), "1 open");
    assert!(page.has(&format!("a[href='/admin/alerts/{alert}']")), "{page:?}");
    let health = browser.get("/admin/health").await.must(200);
    assert_eq!(health.one(".verdict h2"), "One thing is wrong.");
    assert!(health.has(&format!(".verdict a[href='/admin/alerts/{alert}']")));
}

#[tokio::test]
async fn acknowledging_says_who_is_at_it_and_is_recorded() {
    let studio = calm().await;
    let alert = fault(&studio).await;
    let mut browser = studio.sign_in(Role::OperationsAdmin).await;
    let path = format!("/admin/alerts/{alert}/acknowledge");
    let form = browser.get(&path).await.must(200).form(&path).with("note", "The platform restarts");
    browser.submit(&form).await.sent_to(&format!("/admin/alerts/{alert}"));
    let page = browser.get(&format!("/admin/alerts/{alert}")).await.must(200);
    assert!(page.words().contains("Acknowledged") && page.words().contains("The platform restarts"), "{}", page.words());
    let entry = studio.entries("alerts.acknowledge", "done").await.remove(0);
    assert_eq!(entry.target_id.as_deref(), Some(alert.as_str()));
    assert_eq!(entry.change("note").1, "The platform restarts");
    assert_eq!(open(&studio).await, "dead_jobs", "it stays until it is right");
    // Somebody who may only look.
    let mut data = studio.sign_in(Role::DataAdmin).await;
    data.get(&format!("/admin/alerts/{alert}")).await.must(200);
    data.get(&path).await.must(403);
    studio.run("delete from backlot.jobs where state = 'dead'").await;
    look(&studio).await;
    let form = browser.get(&path).await.must(200).form(&path);
    browser.submit(&form).await.must(409);
}

#[tokio::test]
async fn a_silenced_rule_is_shown_and_tells_nobody_until_its_silence_ends() {
    let studio = calm().await;
    let mut browser = studio.sign_in(Role::SuperAdmin).await;
    let path = "/admin/alerts/rules/dead_jobs/silence";
    let form = browser.get(path).await.must(200).form(path);
    let refused = browser.submit(&form.clone().with("reason", "")).await.must(422);
    assert!(refused.words().contains("Say why"), "{}", refused.words());
    browser.submit(&form.with("reason", "We move house")).await.sent_to("/admin/alerts");
    let alert = fault(&studio).await;
    assert_eq!(studio.letters.all().len(), 0);
    let page = browser.get(&format!("/admin/alerts/{alert}")).await.must(200);
    assert!(page.one("#badges").contains("Silenced"), "{}", page.one("#badges"));
    let page = browser.get("/admin/alerts").await.must(200);
    let end = page.form("/admin/alerts/rules/dead_jobs/silence/end");
    browser.submit(&end).await.sent_to("/admin/alerts");
    look(&studio).await;
    assert!(!studio.letters.all().is_empty(), "it is told now");
    for action in ["alerts.silence_rule", "alerts.end_silence"] {
        assert_eq!(studio.entries(action, "done").await.len(), 1, "{action}");
    }
}

#[tokio::test]
async fn what_clears_within_its_silence_was_never_told() {
    let studio = calm().await;
    let alert = fault(&studio).await;
    let told = studio.letters.all().len();
    let mut browser = studio.sign_in(Role::OperationsAdmin).await;
    let path = format!("/admin/alerts/{alert}/silence");
    let form = browser.get(&path).await.must(200).form(&path).with("hours", "24").with("reason", "known, mended tonight");
    browser.submit(&form).await.sent_to(&format!("/admin/alerts/{alert}"));
    studio.run("delete from backlot.jobs where state = 'dead'").await;
    look(&studio).await;
    assert_eq!((open(&studio).await.as_str(), studio.letters.all().len()), ("", told));
    let page = browser.get("/admin/alerts?state=cleared&rule=dead_jobs&severity=warning").await.must(200);
    assert!(page.words().contains("Dead jobs: 1 died"), "{}", page.words());
}
