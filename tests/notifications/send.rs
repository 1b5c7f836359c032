//! Sending: who gets it, who is left out and why, and what is on record.
use super::{PAGE, by_both, form, inboxes, keep, preview, send, sent, state};
use crate::support::{ADA, BEN, Studio};
use backlot::kernel::Role;
use serde_json::json;

#[tokio::test]
async fn everybody_gets_it_once_and_the_record_has_the_numbers() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = by_both(form(&mut sam).await);
    let id = keep(&mut sam, &filled).await;
    let page = preview(&mut sam, id).await;
    assert_eq!(page.one("#people"), "7", "all but the one whose account is closed");
    assert!(page.one("#left-out").contains("1have closed their account") || page.one("#left-out").contains("1 have closed"), "{page:?}");
    assert!(page.words().contains("Send to 7 people"), "{page:?}");
    send(&mut sam, id).await.sent_to(&format!("{PAGE}/{id}"));
    studio.run_jobs().await;
    assert_eq!(state(&studio, id).await, "sent");
    assert_eq!(inboxes(&studio, id).await, "ada ben bobby cas eve nobody rtl");
    let letters = studio.letters.all();
    assert_eq!(letters.len(), 7);
    assert!(letters.iter().all(|letter| letter.subject == "Longer clips" && letter.body.starts_with("Clips can be twelve seconds long.")));
    let item = studio.text(&format!("select kind || ' ' || severity || ' ' || title || ' ' || body from platform.notifications where broadcast_id = '{id}' and user_id = '{BEN}'")).await;
    assert_eq!(item, "announcement info Longer clips Clips can be twelve seconds long.");
    let event = studio.events().await.into_iter().find(|event| event.name == "admin_notification_sent").unwrap();
    assert_eq!(event.properties, json!({ "type": "system", "target_count": 7 }));
    let entry = &studio.entries("notifications.complete", "done").await[0];
    assert!(entry.changes.contains("\"in_inboxes\":7") && entry.changes.contains("\"letters_sent\":7"), "{}", entry.changes);
    let page = sam.get(&format!("{PAGE}/{id}")).await.must(200);
    assert!(page.one("#progress").contains("14 of 14 delivered to 7 people"), "{page:?}");
}

#[tokio::test]
async fn tiers_activity_and_a_list_hold_together() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    for (fields, got) in [
        (vec![("tier[]", "pro")], "ada rtl"),
        (vec![("tier[]", "pro"), ("active_days", "1"), ("people", "ada@users.example ben@users.example")], "ada"),
        (vec![("active_days", "1")], "ada bobby eve nobody rtl"),
        (vec![("people", "cas@users.example\ndel@users.example")], "cas"),
    ] {
        let filled = fields.iter().fold(form(&mut sam).await, |form, (name, value)| form.with(name, value));
        let id = sent(&mut sam, &filled).await;
        studio.run_jobs().await;
        assert_eq!(inboxes(&studio, id).await, got, "{fields:?}");
    }
}

#[tokio::test]
async fn who_said_no_or_never_agreed_is_left_out_and_the_preview_says_so() {
    let studio = Studio::open().await;
    studio.run("update platform.users set marketing_consent = true where email < 'c' or email like 'eve%'").await;
    studio
        .run(&format!("insert into platform.notification_preferences (user_id, category, email) values ('{ADA}', 'promotional', false)"))
        .await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = by_both(form(&mut sam).await.with("kind", "promotional"));
    let id = keep(&mut sam, &filled).await;
    let page = preview(&mut sam, id).await;
    let left_out = page.one("#left-out");
    for part in ["1have closed their account", "1are suspended", "2have not agreed", "1do not want this kind by e-mail"] {
        assert!(left_out.replace(' ', "").contains(&part.replace(' ', "")), "{part}: {left_out}");
    }
    assert_eq!(page.one("#people"), "4");
    send(&mut sam, id).await.must(303);
    studio.run_jobs().await;
    assert_eq!(inboxes(&studio, id).await, "ada ben bobby eve");
    let mut to: Vec<_> = studio.letters.all().into_iter().map(|letter| letter.to).collect();
    to.sort();
    assert_eq!(to, ["ben@users.example", "bobby@users.example", "eve@users.example"]);
    let shown = sam.get(&format!("{PAGE}/{id}")).await.must(200).one("#progress");
    assert!(shown.contains("have not agreed to promotional messages"), "{shown}");
}

#[tokio::test]
async fn nobody_sends_to_nobody() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = form(&mut sam).await.with("people", "del@users.example");
    let id = keep(&mut sam, &filled).await;
    let page = preview(&mut sam, id).await;
    assert!(page.words().contains("Nobody would get it") && !page.words().contains("Send to"), "{page:?}");
    assert_eq!(state(&studio, id).await, "draft");
}

#[tokio::test]
async fn what_was_edited_after_the_look_is_not_sent() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = form(&mut sam).await;
    let id = keep(&mut sam, &filled).await;
    let shown = preview(&mut sam, id).await.form(&format!("{PAGE}/{id}/send"));
    let path = format!("{PAGE}/{id}/edit");
    let edit = sam.get(&path).await.must(200).form(&path).with("title", "Shorter clips");
    sam.submit(&edit).await.must(303);
    sam.submit(&shown).await.must(409);
    assert_eq!(state(&studio, id).await, "draft");
    assert_eq!(studio.jobs().await.len(), 0);
}

#[tokio::test]
async fn a_test_goes_to_oneself_alone() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = by_both(form(&mut sam).await.with("kind", "feature"));
    let id = keep(&mut sam, &filled).await;
    let page = preview(&mut sam, id).await;
    sam.submit(&page.form(&format!("{PAGE}/{id}/test"))).await.sent_to(&format!("{PAGE}/{id}/send"));
    studio.run_jobs().await;
    let letters = studio.letters.all();
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].to.as_str(), letters[0].subject.as_str()), (studio.staff(Role::SupportAdmin).email, "[Test] Longer clips"));
    assert_eq!(state(&studio, id).await, "draft");
}
