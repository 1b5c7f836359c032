//! Suspending and restoring.
use crate::support::{ADA, Answer, BEN, Browser, CAS, DEL, Filled, Studio};
use backlot::kernel::Role;

fn path() -> String {
    format!("/admin/users/{ADA}/suspend")
}

/// The page that shows what suspending her would do.
async fn preview(browser: &mut Browser) -> Answer {
    let page = browser.get(&path()).await.must(200);
    browser.submit(&page.form(&path()).with("reason", "Chargebacks, three of them").with("ticket", "T-77")).await.must(200)
}

async fn shown(browser: &mut Browser) -> Filled {
    preview(browser).await.form(&path())
}

#[tokio::test]
async fn suspending_is_recorded_announced_and_ends_their_sessions() {
    let studio = Studio::open().await;
    let mut support = studio.sign_in(Role::SupportAdmin).await;
    let form = shown(&mut support).await;
    let sent = support.submit(&form).await.sent_to(&format!("/admin/users/{ADA}"));

    let entry = studio.entries("users.suspend", "done").await.remove(0);
    assert_eq!(entry.change("status"), ("active".into(), "suspended".into()));
    assert_eq!(entry.change("status_reason").1, "Chargebacks, three of them");
    assert_eq!((entry.reason.as_deref(), entry.ticket.as_deref()), (Some("Chargebacks, three of them"), Some("T-77")));
    assert_eq!((entry.actor_id, entry.target_id), (Some(studio.staff(Role::SupportAdmin).id), Some(ADA.to_string())));
    assert_eq!(entry.request_id, Some(sent.request_id()));

    let event = studio.events().await.into_iter().find(|event| event.name == "admin_user_suspended").unwrap();
    assert_eq!(event.properties, serde_json::json!({ "user_id": ADA, "tier": "pro" }));
    assert_eq!(event.audit_id, entry.id);

    assert_eq!(
        studio.number(&format!("select count(*) from platform.user_sessions where user_id = '{ADA}'")).await,
        3,
        "not before the commit"
    );
    assert_eq!(studio.jobs().await, ["users.end_sessions"]);
    studio.run_jobs().await;
    assert_eq!(studio.number(&format!("select count(*) from platform.user_sessions where user_id = '{ADA}'")).await, 0);
    let ended = studio.entries("users.end_sessions", "done").await.remove(0);
    assert_eq!((ended.actor_kind.as_str(), ended.cause), ("system", Some(entry.id)));
    assert_eq!(ended.change("open_sessions"), (3.into(), 0.into()));
}

#[tokio::test]
async fn afterwards_the_page_says_so_links_to_the_record_and_offers_to_undo() {
    let studio = Studio::open().await;
    let mut support = studio.sign_in(Role::SupportAdmin).await;
    let form = shown(&mut support).await;
    let sent = support.submit(&form).await.must(303);
    let page = support.get(sent.location()).await.must(200);
    assert!(page.one(".flash").contains("Ada Byron is suspended."), "{page:?}");
    let record = page.attributes(".flash a", "href").remove(0);
    assert!(support.get(&record).await.must(200).words().contains("users.suspend"));
    assert!(page.one(".hero .badges").contains("SuspendedChargebacks, three of them"), "{page:?}");

    let undo = support.submit(&page.form(&format!("/admin/users/{ADA}/restore"))).await.must(303);
    assert!(support.get(undo.location()).await.one(".flash").contains("Ada Byron is restored."));
    assert_eq!(
        studio.text(&format!("select status || coalesce(status_reason, '') from platform.users where id = '{ADA}'")).await,
        "active"
    );
    assert!(!support.get(&format!("/admin/users/{ADA}")).await.has(".flash"), "said once");
    studio.run_jobs().await;
}

#[tokio::test]
async fn the_preview_shows_the_exact_effect_and_does_nothing() {
    let studio = Studio::open().await;
    let mut support = studio.sign_in(Role::SupportAdmin).await;
    let before = studio.fingerprint(&[]).await;
    let page = preview(&mut support).await;
    assert_eq!(
        page.all(".counts li"),
        ["3open sessions end within seconds", "2queued or running jobs go on; their results wait for a restore"]
    );
    assert_eq!(page.all(".affected b"), ["Ada Byron"]);
    let affected = page.one(".affected");
    assert!(affected.contains("active") && affected.contains("suspended") && affected.contains("Chargebacks"), "{affected}");
    assert_eq!(page.form(&path()).value("reason"), "Chargebacks, three of them");
    assert_eq!(studio.fingerprint(&[]).await, before);
}

#[tokio::test]
async fn confirming_a_changed_effect_does_nothing_and_shows_the_new_one() {
    let studio = Studio::open().await;
    let mut support = studio.sign_in(Role::SupportAdmin).await;
    let form = shown(&mut support).await;
    studio.run(&format!("insert into platform.user_sessions (id, user_id, token_hash) values (gen_random_uuid(), '{ADA}', '\\x00')")).await;
    let before = studio.fingerprint(&[]).await;
    let page = support.submit(&form).await.must(409);
    assert!(page.one("#conflict").contains("Nothing was done"), "{page:?}");
    assert_eq!(page.all(".counts li")[0], "4open sessions end within seconds");
    assert_eq!(studio.fingerprint(&[]).await, before);
    support.submit(&page.form(&path())).await.must(303);
    studio.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_admins_who_suspend_at_once_one_is_told_that_it_is_done() {
    let studio = Studio::open().await;
    let (mut one, mut two) = (studio.sign_in(Role::SupportAdmin).await, studio.sign_in(Role::SuperAdmin).await);
    let (first, second) = (shown(&mut one).await, shown(&mut two).await);
    let (first, second) = tokio::join!(one.submit(&first), two.submit(&second));
    let mut answers = [first.status.as_u16(), second.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [303, 409], "{first:?} {second:?}");
    let late = if first.status == 409 { first } else { second };
    assert!(late.words().contains("suspended already"), "{late:?}");
    assert_eq!(studio.entries("users.suspend", "done").await.len(), 1);
    assert_eq!(studio.jobs().await, ["users.end_sessions"]);
}

#[tokio::test]
async fn a_poor_reason_is_refused_beside_its_field_and_keeps_what_was_typed() {
    let studio = Studio::open().await;
    let mut support = studio.sign_in(Role::SupportAdmin).await;
    let page = support.get(&path()).await.must(200);
    let before = studio.fingerprint(&[]).await;
    for (reason, ticket, at) in [
        ("", "T-1", "reason"),
        (" x ", "<b>T</b>", "reason"),
        (&"y".repeat(1_001), "T-1", "reason"),
        ("a good reason", &"z".repeat(301), "ticket"),
        ("a good reason", "two\nlines", "ticket"),
    ] {
        let page = support.submit(&page.form(&path()).with("reason", reason).with("ticket", ticket)).await.must(422);
        let kept = page.form(&path());
        assert_eq!((kept.value("reason"), kept.value("ticket")), (reason, ticket), "{page:?}");
        assert!(page.one(&format!("#{at}-error")).len() > 15, "{page:?}");
        assert_eq!(page.attributes("#errors a", "href"), [format!("#{at}")]);
        assert_eq!(page.attributes(&format!("#{at}"), "aria-invalid"), ["true"]);
    }
    assert_eq!(studio.fingerprint(&[]).await, before);
}

#[tokio::test]
async fn whoever_is_gone_or_suspended_cannot_be_suspended_again() {
    let studio = Studio::open().await;
    let mut support = studio.sign_in(Role::SupportAdmin).await;
    for (user, word) in [(CAS, "suspended"), (DEL, "deleted")] {
        let path = format!("/admin/users/{user}/suspend");
        let answer = support.post(&path, &[("reason", "once more")]).await.must(409);
        assert!(answer.words().contains(&format!("They are {word} already")), "{answer:?}");
    }
    let answer = support.post(&format!("/admin/users/{BEN}/restore"), &[]).await.must(409);
    assert!(answer.words().contains("Only a suspended user can be restored"), "{answer:?}");
}
