//! LoRA models in a browser: a failed training is retried and watched until it is ready; pictures by keyboard.
use super::browser::{Browser, Done};
use super::visit::{Look, visit};
use serde_json::json;
use thirtyfour::Key;

/// The pages inside; `{lora:…}` stands for a model in that state.
pub const PAGES: [(&str, &str); 18] = [
    ("/admin/lora", "/admin/lora"),
    ("/admin/lora", "/admin/lora?status=failed&sort=active"),
    ("/admin/lora", "/admin/lora?q=nothing+is+called+so"),
    ("/admin/lora/failures", "/admin/lora/failures?days=90"),
    ("/admin/lora/{id}", "/admin/lora/{lora:failed}"),
    ("/admin/lora/{id}", "/admin/lora/{lora:ready}"),
    ("/admin/lora/{id}", "/admin/lora/{lora:training}"),
    ("/admin/lora/{id}/file", "/admin/lora/{lora:ready}/file"),
    ("/admin/lora/{id}/log", "/admin/lora/{lora:failed}/log"),
    ("/admin/lora/{id}/log", "/admin/lora/{lora:failed}/log?q=nothing+says+so"),
    ("/admin/lora/{id}/retry", "/admin/lora/{lora:failed}/retry"),
    ("/admin/lora/{id}/cancel", "/admin/lora/{lora:training}/cancel"),
    ("/admin/lora/{id}/link", "/admin/lora/{lora:ready}/link"),
    ("/admin/lora/{id}/delete", "/admin/lora/{lora:ready}/delete"),
    ("/admin/lora/live", "/admin/lora/live?ids={lora:training}"),
    ("/admin/lora/{id}/live", "/admin/lora/{lora:training}/live"),
    ("/admin/lora/{id}/images/{image}", "/admin/lora/{lora:failed}"),
    ("/admin/lora/{id}/log/more", "/admin/lora/{lora:failed}/log/more"),
];

/// Parts of pages, seen where they are swapped in.
pub const PARTS: [&str; 4] = ["/admin/lora/live", "/admin/lora/{id}/live", "/admin/lora/{id}/images/{image}", "/admin/lora/{id}/log/more"];

/// A model in a state: of the failed ones, the one that has all that a page can show.
pub const ANY: &str = "select id::text from platform.lora_models where status = $1 and deleted_at is null
  order by name = 'Beatriz v3' desc, updated_at desc limit 1";

/// The model of the demo's story that failed three times.
async fn beatriz(browser: &Browser) -> String {
    let text = "select id::text from platform.lora_models where name = 'Beatriz v3'";
    sqlx::query_scalar(text).fetch_one(&mut browser.studio.database().await).await.unwrap()
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn a_failed_training_is_retried_and_watched_until_it_is_ready() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Support admin").await?;
        let id = beatriz(&browser).await;
        browser.open(&format!("/admin/lora/{id}")).await?;
        browser.says("#failure", "What usually helps.").await?;
        browser.open(&format!("/admin/lora/{id}/retry")).await?;
        browser.fill("#rank", "16").await?;
        browser.fill("#learning_rate", "1e-4").await?;
        browser.fill("#steps", "400").await?;
        browser.press("Show what will happen").await?;
        browser.says(".diff", "Learning rate").await?;
        browser.says(".counts", "credits of the failed attempt go back").await?;
        browser.press("Train again").await?;
        browser.says(".flash", "Attempt 4 is on its way.").await?;
        browser.run("window.same = true", vec![]).await?;
        until(&browser, "#progress", "Step").await?;
        until(&browser, "#badges", "Ready").await?;
        until(&browser, "#header", "Rank").await?;
        browser.says("#log", "saved adapter_model.safetensors").await?;
        assert_eq!(browser.run("return window.same", vec![]).await?, json!(true), "nobody loaded the page anew");
        assert!(!browser.shows("#failure").await?);
        Ok(())
    })
    .await;
}

/// Waits for minutes, as a training takes them.
async fn until(browser: &Browser, css: &str, text: &str) -> Done {
    let look = "return document.querySelector(arguments[0])?.textContent.includes(arguments[1]) ?? false";
    for _ in 0..240 {
        if browser.run(look, vec![json!(css), json!(text)]).await? == json!(true) {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    panic!("{css} never says {text}")
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn pictures_are_opened_turned_and_closed_by_keyboard() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Data admin").await?;
        let id = beatriz(&browser).await;
        browser.open(&format!("/admin/lora/{id}")).await?;
        let loaded =
            "return [...document.querySelectorAll('.gallery img')].slice(0, 4).every((image) => image.complete && image.naturalWidth > 0)";
        browser.run("document.querySelector('.gallery').scrollIntoView()", vec![]).await?;
        for _ in 0..40 {
            if browser.run(loaded, vec![]).await? == json!(true) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!(browser.run(loaded, vec![]).await?, json!(true), "the pictures come from the object store");
        browser.run("document.querySelector('.gallery a').focus()", vec![]).await?;
        browser.keys(Key::Enter).await?;
        browser.says(".lightbox", "1 of 14").await?;
        browser.keys(Key::Right).await?;
        browser.keys(Key::Right).await?;
        browser.says(".lightbox", "3 of 14").await?;
        browser.keys(Key::Left).await?;
        browser.keys(Key::Escape).await?;
        // The dialog closes first, and says so a moment later.
        for _ in 0..20 {
            if browser.focused(".gallery li:nth-child(2) a").await? {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the focus is not where the picture was")
    })
    .await;
}
