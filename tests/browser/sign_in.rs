//! Coming in, by every door.
use super::browser::{Browser, Done};
use super::studio::Studio;
use super::visit::{Look, visit};
use thirtyfour::prelude::*;

/// By the front door, up to the code.
pub async fn with_password(browser: &Browser, email: &str, password: &str) -> Done {
    browser.fill("#email", email).await?;
    browser.fill("#password", password).await?;
    browser.press("Continue").await
}

/// The code that an authenticator app shows; the next one, when another test has just used it.
pub async fn with_code(browser: &Browser, secret: &str) -> Done {
    browser.provokes(422);
    for step in [-1, 0, 1] {
        browser.fill("#code", &Studio::code(secret, step)).await?;
        browser.press("Sign in").await?;
        if browser.driver.query(By::Css("#code-error")).nowait().not_exists().await? {
            return Ok(());
        }
    }
    panic!("{}", browser.text("#errors").await?)
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn signing_in_takes_the_password_and_the_code_of_an_authenticator_app() {
    visit(Look::Desktop, async |browser| {
        let sam = browser.studio.person("Support admin").clone();
        browser.open("/admin/users?status=suspended").await?;
        with_password(&browser, &sam.email, browser.studio.password()).await?;
        browser.says("h1", "Enter your code").await?;
        with_code(&browser, &sam.secret).await?;
        browser.says("h1", "Users").await?;
        browser.arrive("/admin/users?status=suspended").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn a_wrong_password_is_refused_beside_its_field_and_in_a_summary_with_focus() {
    visit(Look::Desktop, async |browser| {
        browser.provokes(422);
        browser.open("/sign-in").await?;
        with_password(&browser, "bea@backlot.example", "not this one at all").await?;
        browser.says("#password-error", "do not belong together").await?;
        assert_eq!(browser.driver.active_element().await?.id().await?.as_deref(), Some("errors"));
        assert_eq!(browser.find("#email").await?.value().await?.as_deref(), Some("bea@backlot.example"));
        Ok(())
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn a_newcomer_is_inside_with_one_printed_link() {
    visit(Look::Desktop, async |browser| {
        for role in ["Super admin", "Support admin", "Operations admin", "Data admin", "Billing admin"] {
            browser.come_in(role).await?;
            assert_eq!(browser.text(".me small").await?, role);
            browser.press(role).await?;
            browser.press("Sign out").await?;
            browser.arrive("/sign-in").await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn the_first_super_admin_chooses_a_password_scans_a_code_and_is_in() {
    visit(Look::Desktop, async |browser| {
        let second = browser.studio.command(&["admin", "bootstrap", "--email", "second@backlot.example", "--name", "Too Late"]);
        assert!(!second.status.success());
        assert!(String::from_utf8_lossy(&second.stderr).contains("There is a super admin already"), "{second:?}");

        browser.provokes(404);
        browser.open(&browser.studio.welcome).await?;
        browser.fill("#password", "a horse of another colour").await?;
        browser.fill("#again", "a horse of another colour").await?;
        browser.press("Choose this password").await?;
        browser.says("h1", "Set up your second factor").await?;
        let secret = browser.text(".secret").await?;
        browser.open("/admin/users").await?;
        browser.says("h1", "Set up your second factor").await?;
        browser.fill("#code", &Studio::code(&secret, 0)).await?;
        browser.press("Turn on and go on").await?;
        browser.arrive("/admin/account/codes").await?;
        assert_eq!(browser.text(".me b").await?, "Fia First");

        browser.open(&browser.studio.welcome).await?;
        browser.says("main", "This link was used already").await
    })
    .await;
}
