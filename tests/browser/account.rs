//! One's own account: codes for a bad day, and what one prefers.
use super::browser::{Browser, Done};
use super::sign_in::with_password;
use super::visit::{Look, visit};
use serde_json::json;
use thirtyfour::prelude::*;

/// The codes that the page shows.
async fn shown(browser: &Browser) -> Done<Vec<String>> {
    browser.find("#codes").await?;
    let mut codes = Vec::new();
    for line in browser.driver.find_all(By::Css("#codes li")).await? {
        codes.push(line.text().await?);
    }
    assert_eq!(codes.len(), 10);
    Ok(codes)
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn codes_are_made_kept_and_used_to_come_in() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Operations admin").await?;
        browser.click(".me").await?;
        browser.press("Your account").await?;
        browser.arrive("/admin/account").await?;
        browser.press("Make recovery codes").await?;
        browser.press("Make ten codes").await?;
        browser.says("h1", "Keep these recovery codes").await?;
        let codes = shown(&browser).await?;
        let faults = browser.faults("the codes").await?;
        assert!(faults.is_empty(), "{}", faults.join("\n\n"));
        let saving = "const made = URL.createObjectURL; window.saved = null;
                      URL.createObjectURL = (blob) => { blob.text().then((text) => { window.saved = text; }); return made.call(URL, blob); };";
        browser.run(saving, vec![]).await?;
        browser.press("Download as text").await?;
        browser.says("#toast", "Saved as a file").await?;
        let saved = browser.run("return window.saved", vec![]).await?;
        assert!(saved.as_str().is_some_and(|text| codes.iter().all(|code| text.contains(code))), "{saved}");
        browser.press("I have kept them").await?;
        browser.arrive("/admin").await?;
        browser.driver.back().await?;
        browser.says("main", "Your codes were shown already").await?;

        browser.click(".me").await?;
        browser.press("Sign out").await?;
        let olga = browser.studio.person("Operations admin").clone();
        with_password(&browser, &olga.email, browser.studio.password()).await?;
        browser.press("Use a recovery code").await?;
        browser.fill("#code", &codes[4].to_lowercase()).await?;
        browser.press("Sign in").await?;
        browser.arrive("/admin").await?;
        browser.says(".flash", "You used a recovery code; 9 are left.").await?;
        let kept = browser.run("return Object.values({ ...sessionStorage, ...localStorage }).join(' ')", vec![]).await?;
        assert!(!kept.as_str().unwrap_or_default().to_uppercase().contains(&codes[4]), "a code is kept as a draft: {kept}");
        Ok(())
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn without_scripts_everything_on_the_account_works() {
    visit(Look::WithoutScripts, async |browser| {
        browser.come_in("Data admin").await?;
        browser.open("/admin/account").await?;
        browser.find("#time_zone option[value='Europe/Lisbon']").await?.click().await?;
        browser.press("Keep preferences").await?;
        browser.says(".flash", "Your preferences are kept.").await?;
        assert_eq!(browser.find("#time_zone").await?.value().await?.as_deref(), Some("Europe/Lisbon"));
        browser.open("/admin/account/codes").await?;
        browser.press("Make ten codes").await?;
        shown(&browser).await?;
        assert!(!browser.shows(".js-only").await?, "something is offered that only a script can do");
        browser.driver.refresh().await?;
        browser.says("main", "Your codes were shown already").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn both_places_for_the_colours_agree() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Billing admin").await?;
        browser.open("/admin/account").await?;
        browser.click("#preferences button[value=dark]").await?;
        let pressed = "return [...document.querySelectorAll('[data-theme-form] [aria-pressed=true]')].map((one) => one.value)";
        for _ in 0..100 {
            if browser.run(pressed, vec![]).await? == json!(["dark", "dark"]) {
                break;
            }
        }
        assert_eq!(browser.run(pressed, vec![]).await?, json!(["dark", "dark"]));
        assert_eq!(browser.run("return document.documentElement.dataset.theme", vec![]).await?, json!("dark"));
        Ok(())
    })
    .await;
}
