//! The pictures of the README, drawn anew in each run; to keep them:
//! `cp target/tmp/screenshots/*.png tests/browser/screenshots/`.
use super::browser::{Browser, Done};
use super::pages::real;
use super::suspend::preview;
use super::visit::{Look, visit};
use serde_json::json;
use std::fs;
use std::path::Path;

/// The largest picture, in bytes.
const LARGEST: u64 = 200_000;

async fn draw(browser: &Browser, name: &str, theme: &str) -> Done {
    browser.run("document.documentElement.dataset.theme = arguments[0]; document.activeElement.blur()", vec![json!(theme)]).await?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{name}-{theme}.png"));
    browser.driver.screenshot(&file).await?;
    let size = fs::metadata(&file).unwrap().len();
    assert!(size <= LARGEST, "{} has {size} bytes", file.display());
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn the_pictures_of_the_readme_can_be_drawn() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Super admin").await?;
        browser.resize(1360, 780).await?;
        browser.open("/admin/users?sort=-active&tier=starter").await?;
        draw(&browser, "users", "light").await?;
        browser.open(&real(&browser, "/admin/users/{tomas.ferreira@example.org}").await).await?;
        draw(&browser, "user", "dark").await?;
        preview(&browser, "nora.lindqvist@example.com", "Charge-back on three payments; waiting for the bank").await?;
        draw(&browser, "suspend", "light").await?;
        browser.press("Suspend Nora Lindqvist").await?;
        browser.click(".flash button").await?;
        browser.open("/admin/audit?kind=user").await?;
        draw(&browser, "audit", "light").await
    })
    .await;
}
