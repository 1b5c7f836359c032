//! On the way: stopped between two batches, gone on with, and never begun anew.
use super::{PAGE, form, inboxes, keep, sent, state};
use crate::support::{Browser, Studio};
use backlot::kernel::Role;
use uuid::Uuid;

/// The form that a page has for one click.
async fn click(browser: &mut Browser, id: Uuid, verb: &str) {
    let page = browser.get(&format!("{PAGE}/{id}")).await.must(200);
    browser.submit(&page.form(&format!("{PAGE}/{id}/{verb}"))).await.sent_to(&format!("{PAGE}/{id}"));
}

async fn cancel(browser: &mut Browser, id: Uuid) -> String {
    let path = format!("{PAGE}/{id}/cancel");
    let asked = browser.get(&path).await.must(200).form(&path);
    let shown = browser.submit(&asked).await.must(200);
    browser.submit(&shown.form(&path)).await.sent_to(&format!("{PAGE}/{id}"));
    shown.words()
}

#[tokio::test]
async fn what_is_paused_reaches_nobody_until_it_goes_on_and_then_everybody_once() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = form(&mut sam).await;
    let id = sent(&mut sam, &filled).await;
    click(&mut sam, id, "pause").await;
    studio.run_jobs().await;
    assert_eq!((state(&studio, id).await.as_str(), inboxes(&studio, id).await.as_str()), ("paused", ""));
    click(&mut sam, id, "resume").await;
    studio.run_jobs().await;
    assert_eq!((state(&studio, id).await.as_str(), inboxes(&studio, id).await.as_str()), ("sent", "ada ben bobby cas eve nobody rtl"));
    let page = sam.get(&format!("{PAGE}/{id}")).await.must(200);
    sam.submit(&crate::support::Filled {
        action: format!("{PAGE}/{id}/pause"),
        fields: vec![("_proof".into(), sam.clone().proof().await)],
    })
    .await
    .must(409);
    assert!(!page.words().contains("Go on"));
}

#[tokio::test]
async fn what_is_cancelled_reaches_nobody_any_more() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = form(&mut sam).await;
    let id = sent(&mut sam, &filled).await;
    // Halfway: the recipients are written down, and two have it.
    studio
        .run(&format!(
            "update backlot.notification_progress set frozen_at = now(), people = 7, inbox_planned = 7, inbox_sent = 2,
               inbox_to = '0192f000-0000-7000-8000-00000000000b' where notification_id = '{id}'"
        ))
        .await;
    let shown = cancel(&mut sam, id).await;
    assert!(shown.contains("2have it already, and keep it") && shown.contains("5do not get it"), "{shown}");
    studio.run_jobs().await;
    assert_eq!((state(&studio, id).await.as_str(), inboxes(&studio, id).await.as_str()), ("cancelled", ""));
    assert!(sam.get(&format!("{PAGE}/{id}/cancel")).await.words().contains("Cancelled"));
}

#[tokio::test]
async fn a_change_of_tier_after_the_beginning_changes_no_recipient() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = form(&mut sam).await.with("tier[]", "pro");
    let id = sent(&mut sam, &filled).await;
    // As a batch leaves it: written down, and in no inbox yet.
    studio
        .run(&format!(
            "insert into backlot.notification_deliveries (notification_id, channel, user_id, id, state)
               select '{id}', 'in_app', id, gen_random_uuid(), 'settled' from platform.users where tier = 'pro';
             update backlot.notification_progress set frozen_at = now(), people = 2, inbox_planned = 2 where notification_id = '{id}';
             update platform.users set tier = 'free' where email = 'ada@users.example'"
        ))
        .await;
    studio.run_jobs().await;
    assert_eq!(inboxes(&studio, id).await, "ada rtl");
}

#[tokio::test]
async fn more_people_than_it_was_allowed_for_hold_it() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = form(&mut sam).await;
    let id = sent(&mut sam, &filled).await;
    studio.run(&format!("update backlot.notifications set allowed_people = 6 where id = '{id}'")).await;
    studio.run_jobs().await;
    assert_eq!((state(&studio, id).await.as_str(), inboxes(&studio, id).await.as_str()), ("held", ""));
    let page = sam.get(&format!("{PAGE}/{id}")).await.must(200);
    assert!(page.words().contains("It reaches 7 people, and without a second admin it may reach 6."), "{page:?}");
    super::send(&mut sam, id).await.must(303);
    studio.run_jobs().await;
    assert_eq!(inboxes(&studio, id).await, "ada ben bobby cas eve nobody rtl");
}

#[tokio::test]
async fn a_duplicate_is_a_draft_for_the_same_people() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = form(&mut sam).await.with("people", "ada@users.example, eve@users.example");
    let id = keep(&mut sam, &filled).await;
    let page = sam.get(&format!("{PAGE}/{id}")).await.must(200);
    let copied = sam.submit(&page.form(&format!("{PAGE}/{id}/duplicate"))).await.must(303);
    let copy: Uuid = copied.location().split('/').nth(3).unwrap().parse().unwrap();
    assert_ne!(copy, id);
    super::send(&mut sam, copy).await.must(303);
    studio.run_jobs().await;
    assert_eq!((inboxes(&studio, copy).await.as_str(), state(&studio, id).await.as_str()), ("ada eve", "draft"));
}

#[tokio::test]
async fn the_list_of_deliveries_says_who_has_it_and_who_read_it() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = super::by_both(form(&mut sam).await);
    let id = sent(&mut sam, &filled).await;
    studio.run_jobs().await;
    studio.run(&format!("update backlot.notification_deliveries set state = 'failed', reason = 'the mail server answered 550', detail = 'the mail server answered 550: nobody' where notification_id = '{id}' and channel = 'email' and user_id = (select id from platform.users where email = 'ben@users.example')")).await;
    let path = format!("{PAGE}/{id}/deliveries");
    let page = sam.get(&path).await.must(200);
    assert_eq!(page.all("tbody tr").len(), 7);
    let failed = sam.get(&format!("{path}?channel=email&state=failed")).await.must(200);
    assert_eq!(failed.all("tbody tr").len(), 1);
    assert!(failed.one("tbody").contains("550: nobody"), "{failed:?}");
    assert!(sam.get(&format!("{path}?channel=in_app&state=failed")).await.must(200).words().contains("No deliveries match"));
    let shown = sam.get(&format!("{PAGE}/{id}")).await.must(200);
    assert!(
        shown.one("#failures").contains("1the mail server answered 550") || shown.one("#failures").contains("the mail server answered 550"),
        "{shown:?}"
    );
}
