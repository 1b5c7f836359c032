//! Where an admin is signed in.
use super::PAGE;
use crate::support::{Answer, Browser, Sent, Studio};
use backlot::database::demo_admins::PASSWORD;
use backlot::kernel::Role;
use backlot::kernel::secret::sha256;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

const OTHERS: &str = "/admin/account/end-other-sessions";
const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

fn ends(page: &Answer) -> Vec<String> {
    page.attributes("form[action$='/end']", "action")
}

async fn send(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let proof = browser.get(path).await.must(200).form(path).value("_proof").to_owned();
    let fields: Vec<_> = fields.iter().copied().chain([("_proof", proof.as_str())]).collect();
    browser.send(Sent::form(path, &fields).header("user-agent", AGENT)).await
}

/// In, with Firefox, from elsewhere.
async fn from_elsewhere(studio: &Studio) -> Browser {
    let mut browser = studio.browser().at([192, 0, 2, 7]);
    send(&mut browser, "/sign-in", &[("email", "maya@backlot.example"), ("password", PASSWORD)]).await.sent_to("/sign-in/code");
    let code = studio.code(Role::SuperAdmin);
    send(&mut browser, "/sign-in/code", &[("code", &code)]).await.sent_to("/admin");
    browser.inside()
}

#[tokio::test]
async fn each_session_is_shown_with_its_device_and_address_and_which_is_this_one() {
    let studio = Studio::open().await;
    let mut here = studio.sign_in(Role::SuperAdmin).await;
    studio.run("update backlot.sessions set last_seen_at = now() - interval '5 minutes'").await;
    let mut there = from_elsewhere(&studio).await;
    studio.half_way(Role::SuperAdmin).await;
    studio.sign_in(Role::SupportAdmin).await;
    let page = here.get(PAGE).await.must(200);
    assert_eq!(page.all("#sessions tbody b"), ["Firefox on Linux", "Unknown browser"]);
    assert_eq!(page.all("#sessions td[data-label=Address]"), ["192.0.2.7", "127.0.0.1"]);
    assert_eq!(page.all("#sessions tr:has(.badge) b"), ["Unknown browser"], "this one");
    assert_eq!(there.get(PAGE).await.must(200).all("#sessions tr:has(.badge) b"), ["Firefox on Linux"]);
    assert_eq!(ends(&page).len(), 1, "this one is left by signing out");

    let id = BASE64_URL_SAFE_NO_PAD.decode(here.cookie()).unwrap();
    let hash = sha256(&id.iter().rev().copied().collect::<Vec<_>>());
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(studio.number(&format!("select count(*) from backlot.sessions where id_hash = '\\x{hex}'")).await, 1);
    assert!(!page.text.contains(&hex[..8]) && !page.text.contains(here.cookie()), "neither the id nor its hash is shown");
}

#[tokio::test]
async fn a_session_that_is_ended_here_is_refused_on_its_next_click_there_on_a_second_server_too() {
    let studio = Studio::open().await;
    let second = studio.second_instance();
    let (mut here, mut there) = (studio.sign_in(Role::SuperAdmin).await, from_elsewhere(&studio).await);
    let mut there_too = there.clone();
    there_too.router = second.clone();
    there_too.get("/admin").await.must(200);
    let note = there.get("/admin/account").await.must(200).form("/admin/account/name").with("name", "Somebody Else");
    let page = here.get(PAGE).await.must(200);
    here.submit(&page.form(&ends(&page)[0])).await.sent_to(PAGE);
    assert!(here.get(PAGE).await.must(200).one(".flash").contains("The session is ended: Firefox on Linux."));
    there_too.get("/admin").await.sent_to("/sign-in");
    there.submit(&note).await.sent_to("/sign-in");
    assert_eq!(studio.text("select name from backlot.admins where role = 'super_admin'").await, "Maya Krüger");
    let entry = studio.entries("account.end_session", "done").await.remove(0);
    assert_eq!(entry.change("device").0, "Firefox on Linux");
    assert_eq!(entry.change("address").0, "192.0.2.7");
}

#[tokio::test]
async fn all_others_end_at_once_and_nobody_elses() {
    let studio = Studio::open().await;
    let (mut here, mut one, mut two) =
        (studio.sign_in(Role::SuperAdmin).await, from_elsewhere(&studio).await, studio.sign_in(Role::SuperAdmin).await);
    let mut half = studio.half_way(Role::SuperAdmin).await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let page = here.get(PAGE).await.must(200);
    here.submit(&page.form(OTHERS)).await.sent_to(PAGE);
    let page = here.get(PAGE).await.must(200);
    assert!(page.one(".flash").contains("Your 2 other sessions are ended."), "{page:?}");
    assert!(!page.has("form[action$='end-other-sessions']"), "nothing is left to end");
    for gone in [&mut one, &mut two] {
        gone.get("/admin").await.sent_to("/sign-in");
    }
    half.get("/sign-in/code").await.sent_to("/sign-in");
    sam.get("/admin").await.must(200);
    here.post(OTHERS, &[]).await.must(409);
}

#[tokio::test]
async fn nobody_ends_somebody_elses_session_nor_the_one_they_are_in() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let (mut sam, mut sam_too) = (studio.sign_in(Role::SupportAdmin).await, studio.sign_in(Role::SupportAdmin).await);
    let sams = ends(&sam.get(PAGE).await.must(200)).remove(0);
    let refused = maya.post(&sams, &[]).await.must(404);
    assert!(refused.words().contains("You have no such session"), "{refused:?}");
    sam_too.get("/admin").await.must(200);
    let here = ends(&sam_too.get(PAGE).await.must(200)).remove(0);
    sam.post(&here, &[]).await.must(409);
    sam.get("/admin").await.must(200);
    assert_eq!(studio.entries("account.end_session", "done").await.len(), 0);
}

#[tokio::test]
async fn a_session_that_has_run_out_is_not_shown() {
    let studio = Studio::open().await;
    let mut here = studio.sign_in(Role::SuperAdmin).await;
    for over in ["last_seen_at = now() - interval '31 minutes'", "started_at = now() - interval '12 hours 1 second'", "ended_at = now()"] {
        from_elsewhere(&studio).await;
        studio.run(&format!("update backlot.sessions set {over} where agent like '%Firefox%'")).await;
    }
    assert_eq!(here.get(PAGE).await.must(200).all("#sessions tbody tr").len(), 1);
    here.post(OTHERS, &[]).await.must(409);
}
