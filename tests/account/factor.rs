//! A new authenticator app in the place of the one before.
use super::{PAGE, everything, not_fresh};
use crate::support::Studio;
use backlot::features::sign_in::code_now;
use backlot::kernel::Role;

const PATH: &str = "/admin/account/factor";

#[tokio::test]
async fn from_the_first_code_of_the_new_app_on_only_the_new_app_counts() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    assert_eq!(maya.get(PAGE).await.must(200).all("#factors dd")[0], "On");
    studio.wait(60);
    let page = maya.get(PATH).await.must(200);
    let key = page.secret();
    assert!(page.text.contains("<svg class=\"qr\""), "a QR code");
    let code = code_now(&key, studio.now()).unwrap();
    maya.submit(&page.form(PATH).with("code", &code)).await.sent_to(PAGE);
    assert!(maya.get(PAGE).await.must(200).one(".flash").contains("Your new authenticator app counts from now on."));

    let mut door = studio.half_way(Role::SuperAdmin).await;
    let again = door.post("/sign-in/code", &[("code", &code)]).await.must(422);
    assert!(again.words().contains("used already"), "the code that showed it is used up: {again:?}");
    let old = studio.code(Role::SuperAdmin);
    assert!(door.post("/sign-in/code", &[("code", &old)]).await.must(422).words().contains("not right"));
    door.post("/sign-in/code", &[("code", &code_now(&key, studio.now()).unwrap())]).await.sent_to("/admin");

    let entry = studio.entries("account.replace_factor", "done").await.remove(0);
    assert_eq!(entry.change("second_factor").1, "(hidden, changed)");
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(!everything(&studio).await.contains(&hex), "the secret is nowhere in the clear");
    studio.run_jobs().await;
    assert_eq!(studio.letters.last_to("maya@backlot.example").subject, "Your authenticator app was replaced");
}

#[tokio::test]
async fn a_wrong_code_changes_nothing_and_shows_the_same_secret_again() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let before = studio.fingerprint(&[]).await;
    let page = maya.get(PATH).await.must(200);
    let old = studio.code(Role::SuperAdmin);
    for code in ["", "000000", &old] {
        let refused = maya.submit(&page.form(PATH).with("code", code)).await.must(422);
        assert!(refused.one("#code-error").contains("not the one of the new secret"), "{refused:?}");
        assert_eq!(refused.secret(), page.secret());
    }
    assert_ne!(maya.get(PATH).await.secret(), page.secret(), "each visit has a secret of its own");
    assert_eq!(studio.fingerprint(&[]).await, before);
}

#[tokio::test]
async fn a_secret_that_was_shown_to_somebody_else_is_not_taken() {
    let studio = Studio::open().await;
    let (mut maya, mut sam) = (studio.sign_in(Role::SuperAdmin).await, studio.sign_in(Role::SupportAdmin).await);
    let before = studio.fingerprint(&[]).await;
    let (mine, theirs) = (maya.get(PATH).await.must(200), sam.get(PATH).await.must(200));
    let code = code_now(&theirs.secret(), studio.now()).unwrap();
    for sealed in [theirs.form(PATH).value("sealed"), "", "AAAA", "not base64!"] {
        let refused = maya.submit(&mine.form(PATH).with("sealed", sealed).with("code", &code)).await.must(422);
        assert!(refused.one("#code-error").contains("no secret of yours"), "{refused:?}");
        assert!(![mine.secret(), theirs.secret()].contains(&refused.secret()));
    }
    assert_eq!(studio.fingerprint(&[]).await, before);
}

#[tokio::test]
async fn the_old_second_factor_is_asked_for_first() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let page = maya.get(PATH).await.must(200);
    not_fresh(&studio).await;
    maya.get(PATH).await.sent_to("/confirm?next=%2Fadmin%2Faccount%2Ffactor");
    let code = code_now(&page.secret(), studio.now()).unwrap();
    maya.submit(&page.form(PATH).with("code", &code)).await.sent_to("/confirm?next=%2Fadmin%2Faccount%2Ffactor");
    assert_eq!(studio.number("select count(*) from backlot.parked_forms").await, 0, "neither secret nor code is kept");
    assert_eq!(studio.entries("account.replace_factor", "done").await.len(), 0);
}
