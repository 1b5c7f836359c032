//! An admin's own passkeys: more than one, each with a name, and never the last way in.
use super::{PAGE, add, alone, device_of};
use crate::support::{Authenticator, Browser, Studio};
use backlot::kernel::Role;
use serde_json::Value;

const MAYA: &str = "maya@backlot.example";

/// The address of a passkey's page, by its place in the list.
async fn one(browser: &mut Browser, at: usize, page: &str) -> String {
    let links = browser.get(PAGE).await.must(200).attributes(&format!("#passkeys a[href$='/{page}']"), "href");
    links[at].clone()
}

#[tokio::test]
async fn several_are_added_by_name_recorded_without_their_key_and_told_by_letter() {
    let studio = Studio::open().await;
    let mut browser = studio.sign_in(Role::SuperAdmin).await;
    let (mut laptop, mut phone) = (Authenticator::new(), Authenticator::new());
    assert!(browser.get(PAGE).await.must(200).one("#passkeys").contains("None yet."));
    add(&mut browser, &mut laptop, "  Laptop  ").await.sent_to(PAGE);
    let page = browser.get(PAGE).await.must(200);
    assert!(page.one(".flash").contains("“Laptop” is added."), "{page:?}");
    let options: Value = serde_json::from_str(&page.attributes("form[data-passkey]", "data-options")[0]).unwrap();
    assert_eq!(options["excludeCredentials"].as_array().unwrap().len(), 1, "a device is not asked twice");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["attestation"], "none");
    assert_eq!(options["rp"]["id"], "backlot.example");
    browser.submit(&phone.answer(&page, PAGE)).await.sent_to(PAGE);
    let names = browser.get(PAGE).await.must(200).all("#passkeys li b");
    assert_eq!(names[0], "Laptop");
    assert!(names[1].starts_with("Passkey of "), "{names:?}");

    let entries = studio.entries("account.add_passkey", "done").await;
    assert_eq!(entries[0].change("name").1, "Laptop");
    assert!(entries[0].change("created").1.is_string() && entries[0].target_id == Some(studio.staff(Role::SuperAdmin).id.to_string()));
    let log = studio
        .text("select string_agg(l::text, '') || (select string_agg(e::text, '') from backlot.outbox_events e) from backlot.audit_log l")
        .await;
    assert!(!log.contains("SECP256R1") && !log.contains("cred_id"), "{log}");
    studio.run_jobs().await;
    let letter = studio.letters.last_to(MAYA);
    assert_eq!(letter.subject, "A passkey was added to your account");
    assert!(letter.body.contains(&names[1]), "{letter:?}");
    for device in [&mut laptop, &mut phone] {
        alone(&mut studio.browser(), device).await.sent_to("/admin");
    }
}

#[tokio::test]
async fn a_passkey_is_added_only_right_after_a_second_factor() {
    let studio = Studio::open().await;
    let mut browser = studio.sign_in(Role::SuperAdmin).await;
    let page = browser.get(PAGE).await.must(200);
    studio.run("update backlot.sessions set fresh_at = now() - interval '6 minutes'").await;
    let asked = browser.get(PAGE).await.must(200);
    assert!(!asked.has("form[data-passkey]") && asked.has("a[href='/confirm?next=/admin/account/passkeys']"), "{asked:?}");
    let sent = browser.submit(&Authenticator::new().answer(&page, PAGE)).await.must(303);
    assert!(sent.location().starts_with("/confirm?next="), "{sent:?}");
    assert_eq!(studio.number("select count(*) from backlot.passkeys").await, 0);
    assert_eq!(studio.number("select count(*) from backlot.parked_forms").await, 0, "a device's answer is not kept");
}

#[tokio::test]
async fn one_and_the_same_passkey_is_registered_once() {
    let studio = Studio::open().await;
    let mut device = device_of(&studio, Role::SuperAdmin).await;
    let mut other = studio.sign_in(Role::DataAdmin).await;
    let refused = add(&mut other, &mut device, "Borrowed").await.must(422);
    assert!(refused.one("#errors").contains("registered already"), "{refused:?}");
    let mut again = studio.sign_in(Role::SuperAdmin).await;
    add(&mut again, &mut device, "Twice").await.must(422);
    assert_eq!(studio.number("select count(*) from backlot.passkeys").await, 1);
}

#[tokio::test]
async fn an_answer_makes_one_passkey_and_only_of_its_own_page_and_person() {
    let studio = Studio::open().await;
    let (mut maya, mut dai) = (studio.sign_in(Role::SuperAdmin).await, studio.sign_in(Role::DataAdmin).await);
    let mut device = Authenticator::new();
    let page = maya.get(PAGE).await.must(200);
    let form = device.answer(&page, PAGE);
    maya.submit(&form.clone().with("name", "x".repeat(101).as_str())).await.must(422);
    let theirs = dai.get(PAGE).await.must(200).form(PAGE).with("ceremony", form.value("ceremony"));
    let refused = dai.submit(&theirs.with("credential", form.value("credential"))).await.must(422);
    assert!(refused.one("#errors").contains("no longer good"), "{refused:?}");
    maya.submit(&form).await.sent_to(PAGE);
    let another = maya.get(PAGE).await.must(200).form(PAGE).with("ceremony", form.value("ceremony"));
    let refused = maya.submit(&another.with("credential", form.value("credential"))).await.must(422);
    assert!(refused.one("#errors").contains("used already"), "{refused:?}");
    for twist in [
        |device: &mut Authenticator| device.origin = "https://evil.example".into(),
        |device: &mut Authenticator| device.rp_id = Some("evil.example".into()),
        |device: &mut Authenticator| device.verifies = false,
    ] {
        let mut device = Authenticator::new();
        twist(&mut device);
        let refused = add(&mut maya, &mut device, "Strange").await.must(422);
        assert_eq!(studio.audit_of(refused.request_id()).await[0].outcome, "denied", "{refused:?}");
    }
    let page = maya.get(PAGE).await.must(200);
    studio.wait(301);
    let late = maya.submit(&Authenticator::new().answer(&page, PAGE)).await.must(422);
    assert!(late.one("#errors").contains("longer than five minutes"), "{late:?}");
    assert_eq!(studio.number("select count(*) from backlot.passkeys").await, 1);
    studio.run_jobs().await;
}

#[tokio::test]
async fn a_passkey_gets_another_name_but_not_anybody_elses() {
    let studio = Studio::open().await;
    device_of(&studio, Role::SuperAdmin).await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let path = one(&mut maya, 0, "rename").await;
    let page = maya.get(&path).await.must(200);
    assert_eq!(page.form(&path).value("name"), "Laptop");
    for (name, words) in [(" ", "Give it a name."), ("two\nlines", "one line")] {
        let refused = maya.submit(&page.form(&path).with("name", name)).await.must(422);
        assert!(refused.one("#name-error").contains(words), "{refused:?}");
    }
    maya.submit(&page.form(&path).with("name", "<b>Grey</b> key")).await.sent_to(PAGE);
    assert_eq!(maya.get(PAGE).await.must(200).one("#passkeys li b"), "<b>Grey</b> key");
    let entry = studio.entries("account.rename_passkey", "done").await.remove(0);
    assert_eq!(entry.change("name"), ("Laptop".into(), "<b>Grey</b> key".into()));

    let mut dai = studio.sign_in(Role::DataAdmin).await;
    for path in [path.clone(), path.replace("rename", "remove")] {
        dai.get(&path).await.must(404);
        dai.post(&path, &[]).await.must(404);
    }
    dai.post(&path, &[("name", "Mine")]).await.must(404);
}

#[tokio::test]
async fn removing_one_is_shown_first_told_by_letter_and_final() {
    let studio = Studio::open().await;
    let mut device = device_of(&studio, Role::SuperAdmin).await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let path = one(&mut maya, 0, "remove").await;
    let asked = maya.get(&path).await.must(200).form(&path);
    let shown = maya.submit(&asked).await.must(200);
    assert!(shown.one(".affected").contains("Laptop"), "{shown:?}");
    maya.submit(&shown.form(&path)).await.sent_to(PAGE);
    assert!(maya.get(PAGE).await.must(200).one(".flash").contains("“Laptop” is removed."));
    assert_eq!(studio.entries("account.remove_passkey", "done").await[0].change("name"), ("Laptop".into(), Value::Null));
    studio.run_jobs().await;
    assert_eq!(studio.letters.last_to(MAYA).subject, "A passkey was removed from your account");
    alone(&mut studio.browser(), &mut device).await.must(422);
}

#[tokio::test]
async fn the_last_second_factor_stays() {
    let studio = Studio::open().await;
    device_of(&studio, Role::SuperAdmin).await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    studio.run("update backlot.admins set totp_confirmed_at = null, totp_secret = null where role = 'super_admin'").await;
    let path = one(&mut maya, 0, "remove").await;
    let asked = maya.get(&path).await.must(200).form(&path);
    let refused = maya.submit(&asked).await.must(422);
    assert!(refused.one("#errors").contains("You would have no second factor left."), "{refused:?}");
    add(&mut maya, &mut Authenticator::new(), "Another").await.must(303);
    let shown = maya.submit(&asked).await.must(200).form(&path);
    maya.submit(&shown).await.sent_to(PAGE);
    studio.run_jobs().await;
}

#[tokio::test]
async fn twenty_are_enough() {
    let studio = Studio::open().await;
    studio
        .run(
            "insert into backlot.passkeys (id, admin_id, credential_id, name, credential)
             select gen_random_uuid(), a.id, sha256(n::text::bytea), 'Key ' || n, '{}' from backlot.admins a, generate_series(1, 20) n
             where a.role = 'super_admin'",
        )
        .await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let refused = add(&mut maya, &mut Authenticator::new(), "One more").await.must(422);
    assert!(refused.one("#errors").contains("You have 20 passkeys"), "{refused:?}");
}

#[tokio::test]
async fn a_super_admin_without_a_passkey_is_asked_to_have_one() {
    let studio = Studio::open().await;
    let link = "main a[href='/admin/account/passkeys']";
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    assert!(maya.get("/admin").await.must(200).has(link));
    assert!(!studio.sign_in(Role::DataAdmin).await.get("/admin").await.must(200).has(link), "others are not");
    add(&mut maya, &mut Authenticator::new(), "Laptop").await.must(303);
    assert!(!maya.get("/admin").await.must(200).has(link));
    studio.run_jobs().await;
}
