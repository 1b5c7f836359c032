//! Feature flags in a browser: made, seen in use, turned off with a click; and two admins at the same flag.
use super::visit::{Look, visit};

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn a_flag_is_made_with_the_fields_that_matter_and_turned_off_with_one_click() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Operations admin").await?;
        browser.open("/admin/features/new").await?;
        assert!(!browser.shows("#percentage").await?, "a flag for everybody has no percentage");
        browser.fill("#name", "made_in_a_browser").await?;
        browser.find("#way").await?.send_keys("A percentage of users").await?;
        assert!(browser.shows("#percentage").await?);
        browser.fill("#percentage", "12.5").await?;
        browser.click("#enabled").await?;
        browser.press("Show what will happen").await?;
        browser.says(".counts", "users gain it").await?;
        browser.press("Make the flag").await?;
        browser.says(".flash", "The flag made_in_a_browser is made.").await?;
        browser.says("#reach", "of all").await?;
        browser.says("#servers", "Newest").await?;
        browser.fill("input[name=user]", "tomas.ferreira@example.org").await?;
        browser.press("Explain").await?;
        browser.says(".explained", "They were drawn at").await?;
        browser.press("Turn off for everybody").await?;
        browser.says(".flash", "made_in_a_browser is off for everybody.").await?;
        browser.press("Turn on again").await?;
        browser.says(".counts", "users gain it").await?;
        browser.press("Turn it on").await?;
        browser.says(".flash", "made_in_a_browser is on.").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn two_admins_at_the_same_flag_lose_nothing_and_the_second_sees_what_the_first_did() {
    visit(Look::Desktop, async |olga| {
        olga.come_in("Operations admin").await?;
        olga.open("/admin/features/beta_features/edit").await?;
        visit(Look::Desktop, async |maya| {
            maya.come_in("Super admin").await?;
            maya.open("/admin/features/beta_features/edit").await?;
            maya.fill("#owner", "Maya's team").await?;
            maya.press("Show what will happen").await?;
            maya.press("Save").await?;
            maya.says(".flash", "beta_features is saved.").await
        })
        .await;
        olga.provokes(409);
        olga.fill("#description", "Olga wrote this meanwhile").await?;
        olga.press("Show what will happen").await?;
        olga.says("#conflict", "edited by Maya").await?;
        olga.says("#conflict", "Maya's team").await?;
        assert_eq!(olga.find("#owner").await?.value().await?.as_deref(), Some("Maya's team"), "what Olga left alone is as Maya left it");
        assert_eq!(olga.find("#description").await?.value().await?.as_deref(), Some("Olga wrote this meanwhile"));
        olga.press("Show what will happen").await?;
        olga.press("Save").await?;
        olga.says(".flash", "beta_features is saved.").await
    })
    .await;
}
