//! Beginning: who may, as whom, and what is written down.
use super::{begin, place};
use crate::support::{ADA, BEN, Browser, DEL, EVE, Studio};
use backlot::kernel::Role;
use serde_json::json;
use tokio::task::JoinSet;

#[tokio::test]
async fn beginning_is_recorded_announced_and_shows_their_home_under_a_banner() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let page = sam.get(&format!("/admin/users/{ADA}")).await.must(200);
    assert!(page.attributes("#actions a", "href").contains(&place(ADA)), "{page:?}");
    begin(&mut sam, ADA).await.sent_to("/as");

    let entry = studio.entries("impersonation.start", "done").await.remove(0);
    assert_eq!((entry.reason.as_deref(), entry.ticket.as_deref()), (Some("sees a white page"), Some("T-9")));
    assert_eq!(entry.target_id, Some(ADA.to_string()));
    let event = studio.events().await.into_iter().find(|event| event.name == "admin_impersonation_started").unwrap();
    assert_eq!(event.properties, json!({ "user_id": ADA, "minutes": 15 }));

    let home = sam.get("/as").await.must(200);
    let banner = home.one("#viewing");
    assert!(banner.contains("Ada Byron") && banner.contains("ada@users.example") && banner.contains("read-only"), "{banner}");
    assert!(home.words().contains("Difference Engine"), "{home:?}");
    let left = studio.number("select extract(epoch from expires_at - started_at)::bigint from backlot.view_grants").await;
    assert_eq!(left, 15 * 60);
}

#[tokio::test]
async fn a_reason_is_asked_for_and_what_was_typed_is_kept() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let page = sam.get(&place(ADA)).await.must(200);
    let again = sam.submit(&page.form(&place(ADA)).with("ticket", "T-9")).await.must(422);
    assert!(again.words().contains("Say why"), "{again:?}");
    assert_eq!(again.form(&place(ADA)).value("ticket"), "T-9");
    assert_eq!(studio.number("select count(*) from backlot.view_grants").await, 0);
}

#[tokio::test]
async fn not_as_the_deleted_the_staff_or_those_who_do_not_want_it() {
    let studio = Studio::open().await;
    studio.run(&format!("update platform.users set view_as_refused = true where id = '{BEN}'")).await;
    studio.run(&format!("update platform.users set email = 'OLGA@backlot.example' where id = '{EVE}'")).await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let form = maya.get(&place(ADA)).await.must(200).form(&place(ADA)).with("reason", "curious");
    for (user, why) in [(DEL, "deleted"), (BEN, "do not allow"), (EVE, "member of the staff")] {
        let asked = maya.get(&place(user)).await.must(409);
        assert!(asked.words().contains(why), "{asked:?}");
        // A form that was made for another address is no way round.
        let mut forged = form.clone();
        forged.action = place(user);
        maya.submit(&forged).await.must(409);
    }
    assert_eq!(studio.number("select count(*) from backlot.view_grants").await, 0);
    assert_eq!(studio.entries("impersonation.start", "failed").await.len(), 3);
}

#[tokio::test]
async fn it_takes_a_second_factor_shown_just_now() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    studio.run("update backlot.sessions set fresh_at = now() - interval '6 minutes'").await;
    let sent = begin(&mut sam, ADA).await.must(303);
    assert!(sent.location().starts_with("/confirm"), "{sent:?}");
    assert_eq!(studio.number("select count(*) from backlot.view_grants").await, 0);
}

#[tokio::test]
async fn one_view_at_a_time_also_from_two_browsers() {
    let studio = Studio::open().await;
    let mut here = super::viewing(&studio).await;
    let mut there = studio.sign_in(Role::SupportAdmin).await;
    let refused = begin(&mut there, BEN).await.must(409);
    assert!(refused.words().contains("ada@users.example"), "{refused:?}");
    here.post(&place(BEN), &[("reason", "nested")]).await.must(403);
    assert_eq!(studio.number("select count(*) from backlot.view_grants").await, 1);
}

/// One of eight browsers of the same admin, with the question about Ada or Ben open.
async fn asked(studio: &Studio, n: usize) -> (Browser, crate::support::Filled) {
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let user = if n.is_multiple_of(2) { ADA } else { BEN };
    let form = sam.get(&place(user)).await.must(200).form(&place(user)).with("reason", "at once");
    (sam, form)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_eight_at_once_one_begins() {
    let studio = Studio::open().await;
    let mut ready = Vec::new();
    for n in 0..8 {
        ready.push(asked(&studio, n).await);
    }
    let mut sent = JoinSet::new();
    for (mut browser, form) in ready {
        sent.spawn(async move { browser.submit(&form).await.status.as_u16() });
    }
    let mut answers = sent.join_all().await;
    answers.sort_unstable();
    assert_eq!(answers, [303, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!(studio.number("select count(*) from backlot.view_grants where ended_at is null").await, 1);
}
