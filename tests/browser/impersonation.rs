//! Viewing the platform as a user: in, around, and out again; by mouse, by keyboard, and without scripts.
use super::browser::{Browser, Done};
use super::pages::real;
use super::visit::{Look, visit};
use thirtyfour::prelude::*;

/// Every page of a view that needs no id.
const PAGES: [&str; 9] = [
    "/as",
    "/as/projects",
    "/as/characters",
    "/as/models",
    "/as/generations",
    "/as/credits",
    "/as/subscription",
    "/as/notifications",
    "/as/features",
];

async fn begin(browser: &Browser, email: &str) -> Done {
    browser.open(&real(browser, &format!("/admin/users/{{{email}}}")).await).await?;
    browser.press("Actions").await?;
    browser.press("View as user").await?;
    browser.fill("#reason", "Sees a white page").await?;
    browser.click("main form .btn.primary").await?;
    browser.arrive("/as").await
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn an_admin_sees_what_the_user_sees_and_comes_back_to_them() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Support admin").await?;
        begin(&browser, "tomas.ferreira@example.org").await?;
        browser.says("#viewing", "Tomás Ferreira").await?;
        browser.press("Models").await?;
        browser.arrive("/as/models").await?;
        browser.provokes(403);
        browser.open("/admin/users").await?;
        browser.says("main", "Not while you view as somebody").await?;
        browser.press("End the view").await?;
        browser.says(".flash", "You viewed the platform as Tomás Ferreira").await?;
        browser.says(".flash", "2 pages: home, models").await?;
        browser.says(".hero", "tomas.ferreira@example.org").await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn every_page_of_a_view_is_accessible_in_light_in_dark_and_on_a_phone() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Super admin").await?;
        let mut faults = Vec::new();
        for email in ["script@example.com", "nothing@example.org"] {
            begin(&browser, email).await?;
            for page in PAGES {
                browser.open(page).await?;
                faults.extend(browser.faults(page).await?);
            }
            browser.open("/as/projects").await?;
            if let Ok(project) = browser.driver.find(By::Css("main td a.link")).await {
                project.click().await?;
                faults.extend(browser.faults("a project").await?);
            }
            browser.press("End the view").await?;
            browser.says(".flash", "You viewed the platform").await?;
        }
        assert!(faults.is_empty(), "{}", faults.join("\n\n"));
        Ok(())
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn a_view_begins_and_ends_without_scripts() {
    visit(Look::WithoutScripts, async |browser| {
        browser.come_in("Super admin").await?;
        browser.open(&real(&browser, "/admin/users/{nora.lindqvist@example.com}/impersonate").await).await?;
        browser.fill("#reason", "Sees a white page").await?;
        browser.click("main form .btn.primary").await?;
        browser.arrive("/as").await?;
        browser.click("#viewing button").await?;
        browser.says(".flash", "You viewed the platform as Nora Lindqvist").await
    })
    .await;
}
