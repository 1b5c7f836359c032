//! Finding people: the search box, the palette, the list and its filters.
use super::pages::real;
use super::visit::{Look, visit};
use serde_json::json;
use thirtyfour::prelude::*;

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn a_slash_and_anything_that_names_a_user_leads_to_their_page() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Support admin").await?;
        let nora = real(&browser, "/admin/users/{nora.lindqvist@example.com}").await;
        let id = nora.trim_start_matches("/admin/users/");
        for typed in ["nora.lindqvist@example.com", "  NORA.lindqvist@example.com ", id] {
            browser.open("/admin/users").await?;
            browser.keys("/").await?;
            assert!(browser.focused("#search").await?);
            browser.keys(typed).await?;
            browser.keys(Key::Enter).await?;
            browser.says("h1", "Nora Lindqvist").await?;
            assert_eq!(browser.path().await?, nora, "{typed}");
        }
        browser.fill("#search", "nora l").await?;
        browser.keys(Key::Enter).await?;
        browser.press("Nora Lindqvist").await?;
        browser.arrive(&nora).await?;
        browser.open("/admin/users").await?;
        browser.fill("#filters [name=q]", id).await?;
        browser.keys(Key::Enter).await?;
        browser.says("h1", "Nora Lindqvist").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn the_palette_goes_anywhere_and_does_what_is_possible_here() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Support admin").await?;
        browser.keys(Key::Control + "k").await?;
        browser.says("#palette-results", "Audit log").await?;
        browser.keys("ivo").await?;
        browser.says("#palette-results", "ivo.kovarik@example.com").await?;
        browser.keys(Key::Down).await?;
        browser.keys(Key::Up).await?;
        browser.keys(Key::Enter).await?;
        browser.says("h1", "Ivo Kovařík").await?;
        let ivo = browser.path().await?;

        browser.keys(Key::Control + "k").await?;
        browser.keys("suspend").await?;
        browser.says("#palette-results [aria-selected=true]", "Suspend this user").await?;
        browser.keys(Key::Enter).await?;
        browser.arrive(&format!("{ivo}/suspend")).await?;

        browser.keys(Key::Control + "k").await?;
        browser.find("#palette-input").await?;
        browser.keys(Key::Escape).await?;
        browser.gone("#palette").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn filters_change_the_list_in_place_and_back_takes_them_off() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Super admin").await?;
        browser.open("/admin/users").await?;
        browser.run("window.same = true", vec![]).await?;
        browser.find("select[name=status] option[value=suspended]").await?.click().await?;
        browser.says(".chips", "Suspended").await?;
        browser.arrive("/admin/users?status=suspended").await?;
        assert_eq!(browser.run("return window.same", vec![]).await?, json!(true), "the page was loaded anew");
        let others = "return [...document.querySelectorAll('td[data-label=Status]')].filter((cell) => cell.textContent.trim() !== 'Suspended').length";
        assert_eq!(browser.run(others, vec![]).await?, json!(0));

        browser.fill("#filters [name=q]", "zero.width").await?;
        browser.says("#list", "zero.width@example.com").await?;
        browser.says("#total", "1").await?;
        browser.press("Clear filters").await?;
        browser.arrive("/admin/users").await?;
        browser.driver.back().await?;
        browser.arrive("/admin/users?q=zero.width&status=suspended").await?;
        browser.says("#list", "zero.width@example.com").await?;
        browser.driver.back().await?;
        browser.says("#list", "dana.cross@example.com").await?;
        browser.driver.back().await?;
        browser.arrive("/admin/users").await?;
        browser.gone(".chips").await?;
        browser.says("#total", "300").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn j_and_k_walk_through_the_rows_and_enter_opens_one() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Super admin").await?;
        browser.open("/admin/users").await?;
        let row = |number: u32| format!("tbody tr:nth-child({number}) [data-open]");
        for (key, expected) in [("j", 1), ("j", 2), ("j", 3), ("k", 2), ("k", 1), ("k", 1), ("j", 2)] {
            browser.keys(key).await?;
            assert!(browser.focused(&row(expected)).await?, "{key} did not lead to row {expected}");
        }
        let name = browser.text(&format!("{} b", row(2))).await?;
        browser.keys(Key::Enter).await?;
        browser.says("h1", &name).await?;
        browser.open("/admin/users").await?;
        browser.keys("?").await?;
        browser.says("#keys", "Keyboard shortcuts").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn names_that_are_code_stay_names() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Super admin").await?;
        let people = [
            "script@example.com",
            "bobby.tables@example.com",
            "formula@example.com",
            "rtl@example.net",
            "zalgo@example.net",
            "blank@example.net",
        ];
        for email in people {
            browser.open(&format!("/admin/users?q={email}")).await?;
            browser.says("#list", email).await?;
            browser.open(&real(&browser, &format!("/admin/users/{{{email}}}")).await).await?;
            browser.says(".hero", email).await?;
            let alive = "return document.querySelectorAll('main script, main iframe, main [onerror], main img:not([src^=\"/\"])').length";
            assert_eq!(browser.run(alive, vec![]).await?, json!(0), "{email}");
        }
        browser.open("/admin/search?q=%3Cscript%3Ealert(1)").await?;
        browser.says("main", "<script>alert(1)</script>").await
    })
    .await;
}
