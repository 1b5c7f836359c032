//! Two admins: one proposes, another approves exactly that.
use super::{PAGE, form, inboxes, keep, preview, send, state, strict};
use crate::support::{Browser, Studio};
use backlot::kernel::Role;
use uuid::Uuid;

async fn proposed(studio: &Studio, browser: &mut Browser) -> Uuid {
    strict(studio).await;
    let filled = form(browser).await;
    let id = keep(browser, &filled).await;
    let page = preview(browser, id).await;
    assert!(page.words().contains("Ask for approval: 7 people"), "{page:?}");
    send(browser, id).await.must(303);
    assert_eq!(state(studio, id).await, "proposed");
    id
}

async fn approve(browser: &mut Browser, id: Uuid) -> crate::support::Answer {
    let path = format!("{PAGE}/{id}/approve");
    let asked = browser.get(&path).await.must(200).form(&path);
    let shown = browser.submit(&asked).await;
    if shown.status != 200 {
        return shown;
    }
    browser.submit(&shown.form(&path)).await
}

#[tokio::test]
async fn another_admin_approves_exactly_what_was_proposed() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let id = proposed(&studio, &mut sam).await;
    studio.run_jobs().await;
    assert_eq!(inboxes(&studio, id).await, "", "nothing before");
    let own = sam.get(&format!("{PAGE}/{id}")).await.must(200);
    assert!(own.one("#proposal").contains("another admin must approve") && !own.text.contains("/approve\""), "{own:?}");
    let refused = approve(&mut sam, id).await.must(409);
    assert!(refused.words().contains("You have proposed it yourself"), "{refused:?}");
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    approve(&mut olga, id).await.sent_to(&format!("{PAGE}/{id}"));
    studio.run_jobs().await;
    assert_eq!((state(&studio, id).await.as_str(), inboxes(&studio, id).await.as_str()), ("sent", "ada ben bobby cas eve nobody rtl"));
    let entry = &studio.entries("notifications.approve", "done").await[0];
    assert!(entry.changes.contains("approves what Sam") && entry.changes.contains("for 7 people"), "{}", entry.changes);
}

#[tokio::test]
async fn an_edit_voids_the_proposal() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let id = proposed(&studio, &mut sam).await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let path = format!("{PAGE}/{id}/approve");
    let asked = olga.get(&path).await.must(200).form(&path);
    let shown = olga.submit(&asked).await.must(200).form(&path);
    let edit = format!("{PAGE}/{id}/edit");
    let changed = sam.get(&edit).await.must(200).form(&edit).with("message", "Something else.");
    sam.submit(&changed).await.must(303);
    olga.submit(&shown).await.must(409);
    assert_eq!(state(&studio, id).await, "draft");
    assert_eq!(studio.text("select decision from backlot.notification_approvals").await, "void");
    studio.run_jobs().await;
    assert_eq!(inboxes(&studio, id).await, "");
}

#[tokio::test]
async fn a_proposal_ends_after_a_day_and_can_be_declined_or_taken_back() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let id = proposed(&studio, &mut sam).await;
    let page = olga.get(&format!("{PAGE}/{id}")).await.must(200);
    olga.submit(&page.form(&format!("{PAGE}/{id}/decline"))).await.must(303);
    assert_eq!(state(&studio, id).await, "draft");
    send(&mut sam, id).await.must(303);
    let page = sam.get(&format!("{PAGE}/{id}")).await.must(200);
    sam.submit(&page.form(&format!("{PAGE}/{id}/decline"))).await.must(303);
    send(&mut sam, id).await.must(303);
    studio
        .run(&format!(
            "update backlot.notification_approvals set proposed_at = now() - interval '25 hours', expires_at = now() - interval '1 hour' where decision is null;
             update backlot.notifications set next_at = now() - interval '1 hour' where id = '{id}';
             update backlot.jobs set run_at = now() where name = 'notifications.keep_time'"
        ))
        .await;
    assert!(approve(&mut olga, id).await.must(409).words().contains("older than 24 hours"));
    studio.run_jobs().await;
    assert_eq!(state(&studio, id).await, "draft");
    let decided = studio.text("select string_agg(decision, ' ' order by decided_at) from backlot.notification_approvals").await;
    assert_eq!(decided, "declined withdrawn expired");
}

#[tokio::test]
async fn who_lost_the_permission_proposed_nothing() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let id = proposed(&studio, &mut sam).await;
    studio.run("update backlot.admins set role = 'data_admin' where email = 'sam@backlot.example'").await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    assert!(approve(&mut olga, id).await.must(409).words().contains("may no longer send"));
    studio.jobs().await;
}

#[tokio::test]
async fn a_team_of_one_waits_and_the_record_says_so() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    studio.run("update backlot.admins set status = 'disabled' where role in ('support_admin', 'operations_admin')").await;
    strict(&studio).await;
    let filled = form(&mut maya).await;
    let id = keep(&mut maya, &filled).await;
    send(&mut maya, id).await.must(303);
    assert_eq!(state(&studio, id).await, "scheduled");
    let minutes = studio
        .number(&format!("select round(extract(epoch from next_at - now()) / 60)::bigint from backlot.notifications where id = '{id}'"))
        .await;
    assert_eq!(minutes, 30);
    let entry = &studio.entries("notifications.send", "done").await[0];
    assert!(entry.changes.contains("nobody else could approve: it waits 30 minutes"), "{}", entry.changes);
    studio.run_jobs().await;
    assert_eq!(inboxes(&studio, id).await, "");
    studio.run("update backlot.notifications set next_at = now(); update backlot.jobs set run_at = now() where name = 'notifications.keep_time'").await;
    studio.run_jobs().await;
    assert_eq!(inboxes(&studio, id).await, "ada ben bobby cas eve nobody rtl");
}
