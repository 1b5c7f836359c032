//! Suspending somebody: the effect first, then the button that says it, and the way back.
use super::browser::{Browser, Done};
use super::pages::real;
use super::visit::{Look, visit};
use thirtyfour::prelude::*;

/// As far as the page that shows the effect.
pub async fn preview(browser: &Browser, email: &str, reason: &str) -> Done {
    browser.open(&real(browser, &format!("/admin/users/{{{email}}}/suspend")).await).await?;
    browser.fill("#reason", reason).await?;
    browser.press("Show what will happen").await?;
    browser.says("#effect-title", "What will happen").await
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn suspending_shows_its_effect_first_links_to_the_record_and_can_be_undone() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Support admin").await?;
        let tomas = real(&browser, "/admin/users/{tomas.ferreira@example.org}").await;
        browser.open(&tomas).await?;
        browser.press("Actions").await?;
        browser.press("Suspend").await?;
        browser.arrive(&format!("{tomas}/suspend")).await?;
        browser.fill("#reason", "Asked for it by phone").await?;
        browser.press("Show what will happen").await?;
        browser.says(".counts", "open sessions end within seconds").await?;
        browser.says(".diff", "suspended").await?;
        let tab = browser.driver.window().await?;
        browser.driver.switch_to_window(browser.driver.new_tab().await?).await?;
        browser.open(&tomas).await?;
        browser.says(".hero", "Active").await?;
        browser.driver.close_window().await?;
        browser.driver.switch_to_window(tab).await?;

        browser.press("Suspend Tomás Ferreira").await?;
        browser.says(".flash", "Tomás Ferreira is suspended.").await?;
        browser.says(".hero .badges", "Suspended").await?;
        browser.says(".hero .badges", "Asked for it by phone").await?;
        browser.click(".flash button").await?;
        browser.says(".hero .badges", "Active").await?;
        browser.press("View audit entry").await?;
        browser.says("main", "users.restore").await?;
        browser.says("main", "Sam Okonkwo").await?;
        browser.press("users.suspend").await?;
        browser.says("#reason", "Asked for it by phone").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn the_keyboard_alone_is_enough_to_suspend_somebody() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Support admin").await?;
        browser.open("/admin/users").await?;
        browser.keys("/leila.haddad@example.org").await?;
        browser.keys(Key::Enter).await?;
        browser.says(".hero", "leila.haddad@example.org").await?;
        browser.tab_to("[popovertarget=actions]").await?;
        browser.keys(Key::Enter).await?;
        browser.tab_to("#actions a[href$=suspend]").await?;
        browser.keys(Key::Enter).await?;
        browser.find("#reason").await?;
        browser.tab_to("#reason").await?;
        browser.keys("Charged twice, waits for the bank").await?;
        browser.tab_to("form .btn.primary").await?;
        browser.keys(Key::Enter).await?;
        browser.says("#effect-title", "What will happen").await?;
        browser.tab_to("form .btn.danger").await?;
        browser.keys(Key::Enter).await?;
        browser.says(".flash", "is suspended").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn what_would_no_longer_happen_as_shown_is_not_done() {
    visit(Look::Desktop, async |browser| {
        browser.provokes(409);
        browser.come_in("Super admin").await?;
        preview(&browser, "olu.adeyemi@example.org", "Shares an account").await?;
        let text = "update platform.users set tier = 'starter', version = version + 1 where email = 'olu.adeyemi@example.org'";
        sqlx::query(text).execute(&mut browser.studio.database().await).await.unwrap();
        browser.press("Suspend Olu Adeyemi").await?;
        browser.says("#conflict", "Nothing was done").await?;
        assert!(browser.focused("#conflict").await?);
        assert_eq!(browser.find("#reason").await?.value().await?.as_deref(), Some("Shares an account"));
        browser.press("Suspend Olu Adeyemi").await?;
        browser.says(".flash", "is suspended").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn what_was_typed_survives_a_reload() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Super admin").await?;
        browser.open(&real(&browser, "/admin/users/{meera.joshi@example.net}/suspend").await).await?;
        browser.fill("#reason", "Half a sentence").await?;
        browser.driver.refresh().await?;
        assert_eq!(browser.find("#reason").await?.value().await?.as_deref(), Some("Half a sentence"));
        browser.says(".draft", "What you typed before is back.").await?;
        browser.press("Discard it").await?;
        assert_eq!(browser.find("#reason").await?.value().await?.as_deref(), Some(""));
        Ok(())
    })
    .await;
}
