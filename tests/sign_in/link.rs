//! One-time links, the first super admin, and setting up a second factor.
use crate::support::{Answer, Browser, Studio};
use backlot::app;
use backlot::features::sign_in::{Bootstrap, code_now};
use backlot::kernel::secret::sha256;
use backlot::kernel::{Actor, Error, Role, Terms};
use tokio::task::JoinSet;

const TOKEN: &str = "a-token-of-many-random-letters";
const LONG: &str = "correct horse battery staple";

async fn invited(studio: &Studio) -> Browser {
    studio.run("update backlot.admins set status = 'deleted' where role = 'super_admin'").await;
    let action = Bootstrap { email: "new@backlot.example".into(), name: "Nia New".into(), token_hash: sha256(TOKEN.as_bytes()) };
    app::desk(studio.app.clone()).perform(&Actor::console("root"), action, &Terms::default()).await.unwrap();
    studio.browser()
}

fn path() -> String {
    format!("/welcome/{TOKEN}")
}

async fn choose(browser: &mut Browser, page: &Answer, password: &str, again: &str) -> Answer {
    browser.submit(&page.form(&path()).with("password", password).with("again", again)).await
}

#[tokio::test]
async fn looking_at_a_link_uses_nothing_up_and_sending_the_form_does() {
    let studio = Studio::open().await;
    let mut browser = invited(&studio).await;
    browser.get(&path()).await.must(200);
    let page = browser.get(&path()).await.must(200);
    let (mut late, late_page) = (browser.clone(), browser.get(&path()).await);
    assert!(
        choose(&mut browser, &page, "too short", "too short").await.must(422).one("#password-error").contains("at least 15 characters")
    );
    let page = browser.get(&path()).await.must(200);
    assert!(choose(&mut browser, &page, LONG, "something else again").await.must(422).one("#again-error").contains("not the same"));
    let page = browser.get(&path()).await.must(200);
    choose(&mut browser, &page, LONG, LONG).await.sent_to("/sign-in/enrol");
    let refused = choose(&mut late, &late_page, "another long password", "another long password").await.must(404);
    assert!(refused.words().contains("This link was used already"), "{refused:?}");
    late.get(&path()).await.must(404);
    assert_eq!(studio.entries("account.activate", "done").await.len(), 1);
    let stored = studio.text("select coalesce(string_agg(l::text, ''), '') from backlot.admin_links l").await;
    assert!(!stored.contains(TOKEN), "only its hash is stored");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_used_ten_times_at_once_works_once() {
    let studio = Studio::open().await;
    let mut browser = invited(&studio).await;
    let page = browser.get(&path()).await.must(200);
    let mut sent = JoinSet::new();
    for number in 0..10 {
        let (mut browser, page) = (browser.clone(), page.clone());
        sent.spawn(
            async move { choose(&mut browser, &page, &format!("{LONG} {number}"), &format!("{LONG} {number}")).await.status.as_u16() },
        );
    }
    let mut answers = sent.join_all().await;
    answers.sort_unstable();
    assert_eq!(answers, [[303].as_slice(), &[404; 9]].concat());
    assert_eq!(studio.entries("account.activate", "done").await.len(), 1);
}

#[tokio::test]
async fn a_link_older_than_a_day_or_made_up_is_refused() {
    let studio = Studio::open().await;
    let mut browser = invited(&studio).await;
    let page = browser.get(&path()).await.must(200);
    studio.run("update backlot.admin_links set expires_at = now() - interval '1 second'").await;
    browser.get(&path()).await.must(404);
    choose(&mut browser, &page, LONG, LONG).await.must(404);
    browser.get("/welcome/made-up").await.must(404);
    assert_eq!(studio.entries("account.activate", "done").await.len(), 0);
}

#[tokio::test]
async fn a_second_factor_is_set_up_before_anything_else_is_open() {
    let studio = Studio::open().await;
    let mut browser = invited(&studio).await;
    let page = browser.get(&path()).await.must(200);
    choose(&mut browser, &page, LONG, LONG).await.sent_to("/sign-in/enrol");
    browser.get("/admin").await.sent_to("/sign-in/enrol");
    let page = browser.get("/sign-in/enrol").await.must(200);
    assert!(page.text.contains("<svg"), "a QR code");
    let key = page.secret();
    let wrong = browser.submit(&page.form("/sign-in/enrol").with("code", "000000")).await.must(422);
    assert_eq!(wrong.secret(), key, "the same until it works");
    let half = browser.cookie().to_owned();
    let code = code_now(&key, studio.now()).unwrap();
    browser.submit(&wrong.form("/sign-in/enrol").with("code", &code)).await.sent_to("/admin/account/codes");
    assert_ne!(browser.cookie(), half);
    browser.get("/admin/account/codes").await.must(200).form("/admin/account/codes");

    let entry = studio.entries("account.enrol_factor", "done").await.remove(0);
    assert!(!entry.changes.contains(&code), "{}", entry.changes);
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    for table in studio.fingerprint(&[]).await.into_keys() {
        let rows = studio.text(&format!("select coalesce(string_agg(to_jsonb(t)::text, ''), '') from {table} t")).await;
        assert!(!rows.contains(&hex) && !rows.contains(LONG), "{table} holds a secret in the clear");
    }

    let mut again = studio.browser();
    let page = again.get("/sign-in").await.must(200);
    again.submit(&page.form("/sign-in").with("email", "new@backlot.example").with("password", LONG)).await.sent_to("/sign-in/code");
    let refused = again.post("/sign-in/code", &[("code", &code)]).await.must(422);
    assert!(refused.words().contains("used already"), "the code that set it up is used, too: {refused:?}");
    studio.wait(30);
    again.post("/sign-in/code", &[("code", &code_now(&key, studio.now()).unwrap())]).await.sent_to("/admin");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_ten_who_make_the_first_super_admin_at_once_one_does() {
    let studio = Studio::open().await;
    studio.run("update backlot.admins set status = 'deleted' where role = 'super_admin'").await;
    let mut made = JoinSet::new();
    for number in 0..10 {
        let desk = app::desk(studio.app.clone());
        let action = Bootstrap { email: format!("first{number}@backlot.example"), name: "First".into(), token_hash: sha256(&[number]) };
        made.spawn(async move { desk.perform(&Actor::console("root"), action, &Terms::default()).await });
    }
    let made = made.join_all().await;
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
    assert!(made.iter().all(|made| matches!(made, Ok(_) | Err(Error::Conflict(_)))), "{made:?}");
    assert_eq!(studio.number("select count(*) from backlot.admins where role = 'super_admin' and status = 'invited'").await, 1);
    assert_eq!(studio.entries("admins.bootstrap", "failed").await.len(), 9);
}

#[tokio::test]
async fn the_demos_link_works_from_this_machine_only() {
    let studio = Studio::open().await;
    let path = "/sign-in/demo/a-link-that-the-demo-printed";
    studio.browser().at([192, 0, 2, 1]).get(path).await.must(404);
    studio.browser().get("/sign-in/demo/another").await.must(404);
    let mut browser = studio.browser();
    let page = browser.get(path).await.must(200);
    assert_eq!(studio.number("select count(*) from backlot.sessions").await, 0, "looking lets nobody in");
    browser.submit(&page.form(path)).await.sent_to("/admin");
    assert!(browser.get("/admin").await.must(200).words().contains(studio.staff(Role::SuperAdmin).name));
}
