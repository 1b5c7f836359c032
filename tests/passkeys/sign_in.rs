//! In with a passkey: alone, after the password, and once more before something dangerous.
use super::{PAGE, alone, device_of, entries};
use crate::support::{BEN, Studio};
use backlot::kernel::Role;
use serde_json::Value;

#[tokio::test]
async fn a_passkey_alone_opens_a_whole_session() {
    let studio = Studio::open().await;
    let mut device = device_of(&studio, Role::SupportAdmin).await;
    let mut browser = studio.browser();
    let page = browser.get("/sign-in?next=/admin/users?tier=pro").await.must(200);
    let options: Value = serde_json::from_str(&page.attributes("form[action='/sign-in/passkey']", "data-options")[0]).unwrap();
    assert_eq!((&options["allowCredentials"], &options["userVerification"]), (&serde_json::json!([]), &"required".into()));
    browser.submit(&device.answer(&page, "/sign-in/passkey")).await.sent_to("/admin/users?tier=pro");
    let mut browser = browser.inside();
    assert!(browser.get("/admin").await.must(200).words().contains(studio.staff(Role::SupportAdmin).name));
    let entry = studio.entries("session.complete_with_passkey", "done").await.remove(0);
    assert_eq!((entry.actor_id, entry.change("how").1), (Some(studio.staff(Role::SupportAdmin).id), "passkey alone".into()));
    let event = studio.events().await.into_iter().find(|event| event.audit_id == entry.id).unwrap();
    assert_eq!((event.name.as_str(), &event.properties), ("admin_signed_in", &serde_json::json!({ "how": "passkey alone" })));
    let path = format!("/admin/users/{BEN}/role");
    let form = browser.get(&path).await.must(200).form(&path).with("role", "creator").with("reason", "publishes now");
    browser.submit(&form).await.must(200);
    assert_eq!(studio.number("select count(*) from backlot.passkeys where last_used_at is not null").await, 1);
    assert_eq!(studio.number("select count(*) from backlot.admins where last_sign_in_at > now() - interval '1 minute'").await, 1);
}

#[tokio::test]
async fn after_the_password_a_passkey_stands_in_for_the_code() {
    let studio = Studio::open().await;
    let mut browser = studio.half_way(Role::SuperAdmin).await;
    assert!(!browser.get("/sign-in/code").await.must(200).has("form[data-passkey]"), "who has none is not asked for one");
    let mut device = device_of(&studio, Role::SuperAdmin).await;
    let mut browser = studio.half_way(Role::SuperAdmin).await;
    let half = browser.cookie().to_owned();
    let page = browser.get("/sign-in/code").await.must(200);
    assert!(page.has("#code"), "the app still works, too");
    let options: Value = serde_json::from_str(&page.attributes("form[data-passkey]", "data-options")[0]).unwrap();
    assert_eq!(options["allowCredentials"][0]["transports"], serde_json::json!(["internal"]));
    // Asked for one of a known account's, a device may leave out whose it is.
    device.handle = None;
    browser.submit(&device.answer(&page, "/sign-in/code/passkey")).await.sent_to("/admin");
    assert_ne!(browser.cookie(), half);
    assert_eq!(studio.entries("session.complete_with_passkey", "done").await[0].change("how").1, "passkey");
    assert_eq!(studio.number("select count(*) from backlot.throttles where key like 'code:%'").await, 0);
}

#[tokio::test]
async fn before_something_dangerous_a_passkey_does_as_well_as_a_code() {
    let studio = Studio::open().await;
    let mut device = device_of(&studio, Role::SuperAdmin).await;
    let mut browser = studio.sign_in(Role::SuperAdmin).await;
    studio.run("update backlot.sessions set fresh_at = now() - interval '6 minutes'").await;
    let path = format!("/admin/users/{BEN}/role");
    let form = browser.get(&path).await.must(200).form(&path).with("role", "creator").with("reason", "publishes now");
    let due = browser.submit(&form).await.must(303);
    let page = browser.get(due.location()).await.must(200);
    browser.submit(&device.answer(&page, "/confirm/passkey")).await.sent_to("/resume");
    let resumed = browser.get("/resume").await.must(200);
    browser.submit(&resumed.form(&path)).await.must(200);
    assert_eq!(studio.entries("session.step_up_with_passkey", "done").await[0].change("how").1, "passkey, again");
}

#[tokio::test]
async fn signing_in_again_elsewhere_needs_another_answer() {
    let studio = Studio::open().await;
    let mut device = device_of(&studio, Role::SuperAdmin).await;
    for _ in 0..3 {
        alone(&mut studio.browser(), &mut device).await.sent_to("/admin");
    }
    assert_eq!(entries(&studio, "done").await, 3);
    assert_eq!(studio.number("select max((credential #>> '{cred,counter}')::bigint) from backlot.passkeys").await, 3);
}

#[tokio::test]
async fn challenges_are_forgotten_after_a_day() {
    let studio = Studio::open().await;
    let mut device = device_of(&studio, Role::SuperAdmin).await;
    alone(&mut studio.browser(), &mut device).await.sent_to("/admin");
    assert_eq!(studio.number("select count(*) from backlot.used_challenges").await, 2);
    studio.run("update backlot.used_challenges set used_at = now() - interval '25 hours' where used_at = (select min(used_at) from backlot.used_challenges)").await;
    studio
        .run("insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'sign_in.clean_up', 'null', 5)")
        .await;
    studio.run_jobs().await;
    assert_eq!(studio.number("select count(*) from backlot.used_challenges").await, 1);
}

#[tokio::test]
async fn the_page_of_passkeys_is_where_they_are_kept() {
    let studio = Studio::open().await;
    let mut device = device_of(&studio, Role::SuperAdmin).await;
    let mut browser = studio.browser();
    alone(&mut browser, &mut device).await.sent_to("/admin");
    let row = browser.get(PAGE).await.must(200).one("#passkeys li");
    assert!(row.contains("Laptop") && row.contains("used just now"), "{row}");
}
