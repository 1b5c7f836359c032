//! Everything works without scripts, if less comfortably.
use super::sign_in::{with_code, with_password};
use super::visit::{Look, visit};
use thirtyfour::prelude::*;

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn signing_in_finding_filtering_and_suspending_need_no_scripts() {
    visit(Look::WithoutScripts, async |browser| {
        let sam = browser.studio.person("Support admin").clone();
        browser.open("/sign-in").await?;
        with_password(&browser, &sam.email, browser.studio.password()).await?;
        with_code(&browser, &sam.secret).await?;
        browser.arrive("/admin").await?;
        assert!(!browser.shows(".js-only").await?, "something is offered that only a script can do");

        browser.fill("#search", "no.peeking@example.org").await?;
        browser.keys(Key::Enter).await?;
        browser.says("h1", "Greta Grenzstein").await?;

        browser.open("/admin/users").await?;
        browser.find("select[name=tier] option[value=pro]").await?.click().await?;
        browser.press("Filter").await?;
        browser.says(".chips", "Pro").await?;
        browser.fill("#filters [name=q]", "moby").await?;
        browser.keys(Key::Enter).await?;
        browser.press("Moby Whale").await?;

        browser.press("Actions").await?;
        browser.press("Suspend").await?;
        browser.fill("#reason", "Too many credits at once").await?;
        browser.press("Show what will happen").await?;
        browser.says("#effect-title", "What will happen").await?;
        browser.press("Suspend Moby Whale").await?;
        browser.says(".flash", "Moby Whale is suspended.").await?;
        browser.press("Restore").await?;
        browser.says(".hero .badges", "Active").await?;

        browser.click(".me").await?;
        browser.press("Sign out").await?;
        browser.says("h1", "Sign in").await
    })
    .await;
}
