//! A newcomer's second factor may be a passkey, and then it is one everywhere.
use super::{PAGE, alone};
use crate::support::{Authenticator, Browser, Studio};
use backlot::app;
use backlot::features::sign_in::Bootstrap;
use backlot::kernel::secret::sha256;
use backlot::kernel::{Actor, Role, Terms};

const LONG: &str = "correct horse battery staple";
const NIA: &str = "nia@backlot.example";

/// A newcomer who has chosen a password.
async fn newcomer(studio: &Studio) -> Browser {
    studio.run("update backlot.admins set status = 'deleted' where role = 'super_admin'").await;
    let action = Bootstrap { email: NIA.into(), name: "Nia New".into(), token_hash: sha256(b"token") };
    app::desk(studio.app.clone()).perform(&Actor::console("root"), action, &Terms::default()).await.unwrap();
    let mut browser = studio.browser();
    let page = browser.get("/welcome/token").await.must(200);
    let form = page.form("/welcome/token").with("password", LONG).with("again", LONG);
    browser.submit(&form).await.sent_to("/sign-in/enrol");
    browser
}

async fn with_password(studio: &Studio, place: &str) -> Browser {
    let mut browser = studio.browser();
    let page = browser.get("/sign-in").await.must(200);
    browser.submit(&page.form("/sign-in").with("email", NIA).with("password", LONG)).await.sent_to(place);
    browser
}

#[tokio::test]
async fn a_newcomer_with_a_passkey_is_in_and_needs_no_app() {
    let studio = Studio::open().await;
    let mut browser = newcomer(&studio).await;
    let mut device = Authenticator::new();
    let page = browser.get("/sign-in/enrol").await.must(200);
    let half = browser.cookie().to_owned();
    browser.submit(&device.answer(&page, "/sign-in/enrol/passkey")).await.sent_to("/admin");
    assert_ne!(browser.cookie(), half);
    browser.get("/admin").await.must(200);
    let entry = studio.entries("account.enrol_passkey", "done").await.remove(0);
    assert!(entry.change("name").1.as_str().is_some_and(|name| name.starts_with("Passkey of ")), "{entry:?}");
    studio.run_jobs().await;
    assert_eq!(studio.letters.last_to(NIA).subject, "A passkey was set up for your account");

    let mut again = with_password(&studio, "/sign-in/code").await;
    let page = again.get("/sign-in/code").await.must(200);
    assert!(!page.has("#code") && page.one("h1") == "Use your passkey", "nothing but the passkey is asked for: {page:?}");
    again.get("/sign-in/enrol").await.sent_to("/sign-in");
    again.submit(&device.answer(&page, "/sign-in/code/passkey")).await.sent_to("/admin");
    let confirm = again.get("/confirm").await.must(200);
    assert!(!confirm.has("#code"), "{confirm:?}");
    again.submit(&device.answer(&confirm, "/confirm/passkey")).await.sent_to("/admin");
    alone(&mut studio.browser(), &mut device).await.sent_to("/admin");
}

#[tokio::test]
async fn who_has_a_passkey_sets_up_no_second_factor_with_a_password_alone() {
    let studio = Studio::open().await;
    let mut browser = newcomer(&studio).await;
    let mut late = with_password(&studio, "/sign-in/enrol").await;
    let (waiting, app) = (late.get("/sign-in/enrol").await.must(200), late.get("/sign-in/enrol").await.must(200));
    let page = browser.get("/sign-in/enrol").await.must(200);
    browser.submit(&Authenticator::new().answer(&page, "/sign-in/enrol/passkey")).await.sent_to("/admin");
    late.submit(&Authenticator::new().answer(&waiting, "/sign-in/enrol/passkey")).await.must(409);
    let letters: String = app.one(".secret").split_whitespace().collect();
    let totp =
        totp_rs::Builder::new().with_secret(totp_rs::Secret::try_from_base32(letters).unwrap()).with_account_name("x").build().unwrap();
    let code = totp.generate(studio.now()).to_string();
    late.submit(&app.form("/sign-in/enrol").with("code", &code)).await.must(409);
    assert_eq!(studio.number("select count(*) from backlot.passkeys").await, 1);
    assert_eq!(
        studio
            .number(
                "select count(*) from backlot.admins where role = 'super_admin' and totp_confirmed_at is not null and status = 'active'"
            )
            .await,
        0
    );
    studio.run_jobs().await;
}

#[tokio::test]
async fn a_wrong_answer_sets_nothing_up() {
    let studio = Studio::open().await;
    let mut browser = newcomer(&studio).await;
    let page = browser.get("/sign-in/enrol").await.must(200);
    let mut device = Authenticator { verifies: false, ..Authenticator::new() };
    let refused = browser.submit(&device.answer(&page, "/sign-in/enrol/passkey")).await.must(422);
    assert!(refused.one("#errors").contains("was not accepted"), "{refused:?}");
    assert_eq!(refused.one(".secret"), page.one(".secret"), "the app's secret stays the same");
    assert_eq!(studio.entries("account.enrol_passkey", "denied").await.len(), 1);
    assert_eq!(studio.number("select count(*) from backlot.passkeys").await, 0);
    browser.get(PAGE).await.sent_to("/sign-in/enrol");
}

#[tokio::test]
async fn a_first_factor_is_no_second_one_for_somebody_else() {
    let studio = Studio::open().await;
    let mut nia = newcomer(&studio).await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let page = nia.get("/sign-in/enrol").await.must(200);
    let mut device = Authenticator::new();
    let form = device.answer(&page, "/sign-in/enrol/passkey");
    let theirs = dai.get(PAGE).await.must(200).form(PAGE).with("ceremony", form.value("ceremony"));
    dai.submit(&theirs.with("credential", form.value("credential"))).await.must(422);
    assert_eq!(studio.number("select count(*) from backlot.passkeys").await, 0);
}
