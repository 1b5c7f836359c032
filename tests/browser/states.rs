//! What a page looks like when something is open, wrong or missing must be as accessible as the page itself.
use super::axe::PHONE;
use super::browser::{Browser, Done};
use super::pages::real;
use super::suspend::preview;
use super::visit::{Look, visit};
use thirtyfour::prelude::*;

async fn fine(browser: &Browser, state: &str) -> Done {
    let faults = browser.faults(state).await?;
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn what_is_open_is_accessible() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Super admin").await?;
        browser.open(&real(&browser, "/admin/users/{ivo.kovarik@example.com}").await).await?;
        for (opener, opened) in [("[popovertarget=actions]", "#actions"), ("#theme-button", "#theme-menu"), (".me", "#me-menu")] {
            browser.click(opener).await?;
            browser.find(opened).await?;
            fine(&browser, opened).await?;
            browser.keys(Key::Escape).await?;
            browser.gone(opened).await?;
        }
        browser.open("/admin/users").await?;
        for (opener, opened) in [("[popovertarget=more]", "#more"), ("[popovertarget=columns]", "#columns")] {
            browser.click(opener).await?;
            fine(&browser, opened).await?;
            browser.keys(Key::Escape).await?;
        }
        browser.keys("?").await?;
        fine(&browser, "the help on keys").await?;
        browser.keys(Key::Escape).await?;
        browser.keys(Key::Control + "k").await?;
        browser.keys("a").await?;
        browser.says("#palette-results", "Users").await?;
        fine(&browser, "the palette").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn the_navigation_slides_in_on_a_phone() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Super admin").await?;
        browser.resize(PHONE.0, PHONE.1).await?;
        assert!(!browser.shows("#side").await?);
        browser.click(".drawer").await?;
        browser.find("#side").await?;
        let faults = browser.faults_at(&[PHONE], "the navigation").await?;
        assert!(faults.is_empty(), "{}", faults.join("\n\n"));
        browser.open("/admin").await?;
        browser.resize(PHONE.0, PHONE.1).await?;
        browser.click(".drawer").await?;
        browser.press("Audit log").await?;
        browser.arrive("/admin/audit").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn what_goes_wrong_is_told_accessibly() {
    visit(Look::Desktop, async |browser| {
        for status in [403, 404, 409, 422] {
            browser.provokes(status);
        }
        browser.open("/nowhere").await?;
        fine(&browser, "nothing there, for a stranger").await?;
        browser.come_in("Billing admin").await?;
        browser.open(&real(&browser, "/admin/users/{whale@example.com}/suspend").await).await?;
        browser.says("h1", "Your role does not allow this").await?;
        fine(&browser, "forbidden").await?;
        for (address, words) in
            [("/admin/nowhere", "There is nothing here"), ("/admin/users/0199be67-3960-758f-9e97-000000000000", "There is nothing here")]
        {
            browser.open(address).await?;
            browser.says("h1", words).await?;
            fine(&browser, address).await?;
        }
        browser.open("/admin/users?q=nobody-is-called-that").await?;
        browser.says("#list h2", "No users match these filters").await?;
        fine(&browser, "no match").await?;
        browser.open("/admin/search?q=nobody-is-called-that").await?;
        fine(&browser, "nothing found").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn the_steps_of_an_action_are_accessible() {
    visit(Look::Desktop, async |browser| {
        browser.provokes(409);
        browser.provokes(422);
        browser.come_in("Super admin").await?;
        browser.open(&real(&browser, "/admin/users/{emoji.family@example.org}/suspend").await).await?;
        browser.fill("#reason", "    ").await?;
        browser.press("Show what will happen").await?;
        browser.find("#reason-error").await?;
        assert!(browser.focused("#errors").await?);
        fine(&browser, "a form with an error").await?;

        preview(&browser, "emoji.family@example.org", "A long reason with many words, so that it wraps on a phone").await?;
        fine(&browser, "the effect").await?;
        let text = "update platform.users set tier = 'free', version = version + 1 where email = 'emoji.family@example.org'";
        sqlx::query(text).execute(&mut browser.studio.database().await).await.unwrap();
        browser.click("form .btn.danger").await?;
        browser.find("#conflict").await?;
        fine(&browser, "the effect has changed").await?;
        browser.click("form .btn.danger").await?;
        browser.find(".flash").await?;
        fine(&browser, "done").await
    })
    .await;
}
