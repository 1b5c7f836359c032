//! Leaving: at once, everywhere if asked; and what was typed meanwhile is not lost.
use crate::support::{ADA, BEN, Browser, Studio};
use backlot::kernel::Role;

#[tokio::test]
async fn signing_out_ends_this_session_and_no_other() {
    let studio = Studio::open().await;
    let (mut here, mut there) = (studio.sign_in(Role::SuperAdmin).await, studio.sign_in(Role::SuperAdmin).await);
    let stolen = here.clone();
    let page = here.get("/admin").await.must(200);
    let out = here.submit(&page.form("/sign-out")).await.sent_to("/sign-in");
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"cookies\", \"storage\"");
    assert_eq!(here.cookie(), "");
    stolen.clone().get("/admin").await.must(303);
    there.get("/admin").await.must(200);
    assert_eq!(studio.entries("session.end", "done").await.len(), 1);
}

#[tokio::test]
async fn signing_out_everywhere_ends_all_of_ones_sessions_and_nobody_elses() {
    let studio = Studio::open().await;
    let (mut here, mut there) = (studio.sign_in(Role::SuperAdmin).await, studio.sign_in(Role::SuperAdmin).await);
    let mut other = studio.sign_in(Role::DataAdmin).await;
    here.post("/sign-out/everywhere", &[]).await.sent_to("/sign-in");
    there.get("/admin").await.must(303);
    other.get("/admin").await.must(200);
    let event = studio.events().await.into_iter().find(|event| event.name == "admin_signed_out").unwrap();
    assert_eq!(event.properties, serde_json::json!({ "sessions": 2 }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_still_running_does_not_bring_a_left_session_back() {
    let studio = Studio::open().await;
    let mut browser = studio.sign_in(Role::SuperAdmin).await;
    let path = format!("/admin/users/{ADA}/suspend");
    let asked = browser.get(&path).await.must(200);
    let form = browser.submit(&asked.form(&path).with("reason", "chargebacks")).await.must(200).form(&path);
    let mut held = studio.root.begin().await.unwrap();
    sqlx::query("select from platform.users where id = $1 for update").bind(ADA).execute(&mut *held).await.unwrap();
    let mut slow = browser.clone();
    let running = tokio::spawn(async move {
        let answer = slow.submit(&form).await;
        (slow, answer)
    });
    while studio.number("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'").await == 0
    {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let stolen = browser.clone();
    browser.post("/sign-out", &[]).await.sent_to("/sign-in");
    held.rollback().await.unwrap();
    let (mut slow, answer) = running.await.unwrap();
    assert_eq!(answer.status, 303, "it was admitted before they left: {answer:?}");
    slow.get("/admin").await.must(303);
    stolen.clone().get("/admin").await.must(303);
    assert_eq!(studio.number("select count(*) from backlot.sessions where ended_at is null").await, 0);
    studio.run_jobs().await;
}

async fn sign_in_here(studio: &Studio, browser: &mut Browser, role: Role, place: &str) {
    let page = browser.get("/sign-in").await.must(200);
    let form = page.form("/sign-in").with("email", studio.staff(role).email).with("password", backlot::database::demo_admins::PASSWORD);
    browser.submit(&form).await.sent_to("/sign-in/code");
    let page = browser.get("/sign-in/code").await.must(200);
    browser.submit(&page.form("/sign-in/code").with("code", &studio.code(role))).await.sent_to(place);
}

#[tokio::test]
async fn what_was_typed_when_the_session_ended_is_offered_after_signing_in() {
    let studio = Studio::open().await;
    let mut browser = studio.sign_in(Role::SupportAdmin).await;
    let path = format!("/admin/users/{BEN}/notes");
    let form = browser.get(&format!("/admin/users/{BEN}")).await.must(200).form(&path).with("body", "a long <b>story</b>\nin two lines");
    studio.run("update backlot.sessions set last_seen_at = now() - interval '31 minutes'").await;
    browser.submit(&form).await.sent_to("/sign-in");
    assert_eq!(studio.number("select count(*) from backlot.user_notes").await, 0);
    sign_in_here(&studio, &mut browser, Role::SupportAdmin, "/resume").await;
    let kept = browser.get("/resume").await.must(200);
    assert_eq!(kept.all("dl.facts dd"), ["a long <b>story</b> in two lines"]);
    browser.submit(&kept.form(&path)).await.sent_to(&format!("/admin/users/{BEN}"));
    assert_eq!(studio.text("select body from backlot.user_notes").await, "a long <b>story</b>\nin two lines");
    assert_eq!(studio.number("select count(*) from backlot.parked_forms").await, 0);
}

#[tokio::test]
async fn nobody_else_gets_what_was_typed() {
    let studio = Studio::open().await;
    let mut browser = studio.sign_in(Role::SupportAdmin).await;
    let form =
        browser.get(&format!("/admin/users/{BEN}")).await.must(200).form(&format!("/admin/users/{BEN}/notes")).with("body", "a secret");
    studio.run("update backlot.sessions set last_seen_at = now() - interval '31 minutes'").await;
    browser.submit(&form).await.sent_to("/sign-in");
    sign_in_here(&studio, &mut browser, Role::DataAdmin, "/admin").await;
    browser.get("/resume").await.sent_to("/admin");
}

#[tokio::test]
async fn after_a_day_it_is_kept_no_longer() {
    let studio = Studio::open().await;
    let mut browser = studio.sign_in(Role::SupportAdmin).await;
    let form = browser.get(&format!("/admin/users/{BEN}")).await.must(200).form(&format!("/admin/users/{BEN}/notes")).with("body", "old");
    studio.run("update backlot.sessions set last_seen_at = now() - interval '25 hours'").await;
    browser.submit(&form).await.sent_to("/sign-in");
    assert_eq!(studio.number("select count(*) from backlot.parked_forms").await, 0, "whose session ended long ago is nobody we know");
}
