//! Its end: by hand, by time, by whatever takes its ground away; and what is said afterwards.
use super::{begin, viewing};
use crate::support::{ADA, BEN, Studio};
use backlot::kernel::Role;
use backlot::web::viewing::OVER;

#[tokio::test]
async fn ending_by_hand_leads_back_to_them_with_what_was_seen() {
    let studio = Studio::open().await;
    let mut sam = viewing(&studio).await;
    sam.get("/as").await.must(200);
    sam.get("/as/projects/0192f000-0000-7000-8000-0000000000a1").await.must(200);
    let page = sam.get("/as").await.must(200);
    let sent = sam.submit(&page.form("/as/end")).await.sent_to(OVER);
    let back = sam.get(sent.location()).await.sent_to(&format!("/admin/users/{ADA}"));
    let user = sam.get(back.location()).await.must(200);
    let told = user.one(".flash");
    assert!(told.contains("as Ada Byron") && told.contains("saw 3 pages: home (2), one of the projects."), "{told}");
    assert!(!user.has("#viewing"));

    let entry = studio.entries("impersonation.end", "done").await.remove(0);
    assert_eq!(entry.change("ended_why"), (serde_json::Value::Null, "hand".into()));
    let event = studio.events().await.into_iter().find(|event| event.name == "admin_impersonation_ended").unwrap();
    assert_eq!((&event.properties["pages"], &event.properties["why"]), (&3.into(), &"hand".into()));
    sam.get("/as").await.sent_to(OVER);
    begin(&mut sam, BEN).await.sent_to("/as");
}

/// Ends a view by a statement, sees that it is over at the next request, and that a job writes it down.
async fn is_over(by: &str, why: &str) {
    let studio = Studio::open().await;
    let mut sam = viewing(&studio).await;
    sam.get("/as/credits").await.must(200);
    studio.run(by).await;
    let gone = sam.get("/as/credits").await;
    let is_elsewhere = gone.status == 303 && (gone.location() == OVER || gone.location().starts_with("/sign-in"));
    assert!(is_elsewhere || gone.status == 403, "{gone:?}");
    let due =
        "insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'impersonation.look_for_void', 'null', 3)";
    studio.run(due).await;
    studio.run_jobs().await;
    let ended = studio.entries("impersonation.end", "done").await.remove(0);
    assert_eq!((ended.actor_kind.as_str(), ended.change("ended_why").1), ("system", why.into()));
    assert_eq!(studio.number("select count(*) from backlot.view_grants where ended_at is null").await, 0);
    assert_eq!(studio.number("select count(*) from backlot.view_grants where ended_at > expires_at").await, 0);
}

#[tokio::test]
async fn it_is_over_when_its_time_is() {
    is_over("update backlot.view_grants set started_at = now() - interval '15 minutes', expires_at = now()", "time").await;
}

#[tokio::test]
async fn it_is_over_when_the_admin_is_disabled() {
    is_over("update backlot.admins set status = 'disabled' where role = 'support_admin'", "admin").await;
}

#[tokio::test]
async fn it_is_over_when_their_role_does_not_allow_it_any_more() {
    is_over("update backlot.admins set role = 'billing_admin' where email like 'sam@%'", "admin").await;
}

#[tokio::test]
async fn it_is_over_when_the_user_says_no() {
    is_over("update platform.users set view_as_refused = true where email = 'ada@users.example'", "user").await;
}

#[tokio::test]
async fn it_is_over_when_the_session_is() {
    is_over("update backlot.sessions set ended_at = now(), ended_why = 'test'", "session").await;
}

#[tokio::test]
async fn signing_out_is_open_and_ends_it() {
    let studio = Studio::open().await;
    let mut sam = viewing(&studio).await;
    sam.post("/sign-out", &[]).await.must(303);
    let mut again = studio.sign_in(Role::SupportAdmin).await;
    begin(&mut again, BEN).await.sent_to("/as");
    assert_eq!(studio.text("select ended_why from backlot.view_grants where ended_at is not null").await, "session");
}

#[tokio::test]
async fn an_end_that_comes_too_late_is_told_how_it_went() {
    let studio = Studio::open().await;
    let mut sam = viewing(&studio).await;
    let form = sam.get("/as").await.must(200).form("/as/end");
    studio.run("update backlot.view_grants set started_at = now() - interval '15 minutes', expires_at = now()").await;
    sam.submit(&form).await.sent_to(OVER);
    let back = sam.get(OVER).await.must(303);
    let told = sam.get(back.location()).await.must(200).one(".flash");
    assert!(told.contains("fifteen minutes were over"), "{told}");
}
