//! Settings: several changed in one go, looked at before, and JSON that says where it goes wrong while it is typed.
use super::visit::{Look, visit};

const PRESETS: &str = "[id='generation.presets']";

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn two_settings_are_changed_in_one_save_after_a_look_at_both() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Super admin").await?;
        browser.open("/admin/config").await?;
        browser.fill("[id='generation.max_images_per_request']", "6").await?;
        browser.says("[data-edited]", "1 edited").await?;
        // Narrowing the list loses nothing of it.
        browser.fill("#filters input[type=search]", "expiry download").await?;
        browser.gone("[id='generation.max_images_per_request']").await?;
        browser.says("[data-edited]", "1 edited, 1 of them not in this list").await?;
        browser.fill("[id='exports.retention_hours']", "48").await?;
        browser.says("[data-edited]", "2 edited, 1 of them not in this list").await?;
        browser.click("main a[href*='category=alerts']").await?;
        browser.says(".empty", "No settings match these filters").await?;
        browser.press("Clear filters").await?;
        browser.says("[data-edited]", "2 edited").await?;
        browser.press("Review changes").await?;
        browser.says("h1", "Change 2 settings").await?;
        for told in ["Images per request", "6 images", "48 hours", "deleted within the hour"] {
            browser.says(".affected", told).await?;
        }
        browser.fill("#reason", "The disk is filling up").await?;
        browser.press("Change 2 settings").await?;
        browser.says(".flash", "2 settings are changed").await?;
        browser.press("View audit entry").await?;
        browser.says("#changes", "exports.retention_hours").await?;
        browser.says("#reason", "The disk is filling up").await?;

        browser.open("/admin/config/exports.retention_hours").await?;
        browser.press("Reset to the default").await?;
        browser.says(".affected", "24 hours").await?;
        browser.fill("#reason", "There is room again").await?;
        browser.press("Change it").await?;
        browser.says("#history", "There is room again").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn json_says_where_it_goes_wrong_while_it_is_typed_and_the_server_says_what_it_may_be() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Super admin").await?;
        browser.open("/admin/config?category=generation").await?;
        browser.fill(PRESETS, "[\n  1,\n  oops]").await?;
        browser.says("[data-says]", "Line 3, column 3: a value is missing.").await?;
        browser.fill(PRESETS, "[{\"name\": \"a\" \"model\": 1}]").await?;
        browser.says("[data-says]", "Line 1, column 15: a comma or “}” is missing.").await?;
        browser.fill(PRESETS, "[1]").await?;
        browser.says("[data-says]", "This is JSON.").await?;
        browser.provokes(422);
        browser.press("Review changes").await?;
        browser.says("[id='generation.presets-error']", "At /0: 1 is not of type").await?;
        browser.says("#errors", "At /0").await
    })
    .await;
}
