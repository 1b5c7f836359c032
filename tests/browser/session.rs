//! A session: it warns before it ends, keeps what was typed when it has ended, and leaves nothing behind.
use super::browser::{Browser, Done};
use super::pages::real;
use super::sign_in::{with_code, with_password};
use super::visit::{Look, visit};
use serde_json::json;

/// As if the last request of this browser had been so many minutes ago.
async fn quiet_for(browser: &Browser, minutes: i32) {
    let text = "update backlot.sessions set last_seen_at = now() - make_interval(mins => $2) where agent = $1 and ended_at is null";
    let done = sqlx::query(text).bind(&browser.agent).bind(minutes).execute(&mut browser.studio.database().await).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
}

async fn quiet_since(browser: &Browser) -> i32 {
    let text = "select (extract(epoch from now() - last_seen_at) / 60)::int from backlot.sessions where agent = $1 and ended_at is null";
    sqlx::query_scalar(text).bind(&browser.agent).fetch_one(&mut browser.studio.database().await).await.unwrap()
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn a_bar_warns_before_a_quiet_session_ends_and_one_click_prolongs_it() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Operations admin").await?;
        browser.open("/admin/users").await?;
        assert!(!browser.shows("#idle").await?);
        // Both clocks go on by 26 minutes: the server's in the database, the browser's in the page.
        quiet_for(&browser, 26).await;
        browser.run("const now = Date.now; Date.now = () => now.call(Date) + 26 * 60 * 1000", vec![]).await?;
        browser.says("#idle", "You will be signed out in 4 minutes.").await?;
        browser.says("#alarm", "Press Stay signed in to go on.").await?;
        browser.press("Stay signed in").await?;
        browser.gone("#idle").await?;
        assert_eq!(quiet_since(&browser).await, 0);
        browser.open("/admin/audit").await?;
        browser.says("h1", "Audit log").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn what_was_typed_when_the_session_had_ended_is_kept_and_sent_on_request() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Billing admin").await?;
        let page = real(&browser, "/admin/users/{zero.credits@example.com}").await;
        browser.open(&page).await?;
        browser.fill("#notes textarea", "Wants the credits of March back.").await?;
        quiet_for(&browser, 31).await;
        browser.press("Add note").await?;
        browser.arrive("/sign-in").await?;
        let bea = browser.studio.person("Billing admin").clone();
        with_password(&browser, &bea.email, browser.studio.password()).await?;
        with_code(&browser, &bea.secret).await?;
        browser.says("h1", "Your form is still here").await?;
        browser.says("main", "Wants the credits of March back.").await?;
        browser.press("Send it").await?;
        browser.arrive(&page).await?;
        browser.says(".flash", "The note is written down.").await?;
        browser.says("#notes .note", "Wants the credits of March back.").await?;
        assert!(!browser.shows(".draft").await?, "a draft of what was sent is still there");
        Ok(())
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn the_colours_change_at_once_and_stay() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Data admin").await?;
        let shown = async |browser: &Browser| -> Done<_> {
            browser.run("return [document.documentElement.dataset.theme, getComputedStyle(document.body).backgroundColor]", vec![]).await
        };
        for (choice, theme, ground) in [("Dark", "dark", "oklch(0.175"), ("Light", "light", "oklch(0.984")] {
            browser.click("#theme-button").await?;
            browser.press(choice).await?;
            let now = shown(&browser).await?;
            assert_eq!(now[0], json!(theme));
            assert!(now[1].as_str().is_some_and(|colour| colour.starts_with(ground)), "{now}");
            browser.gone("#theme-menu").await?;
            for _ in 0..100 {
                browser.open("/admin").await?;
                if shown(&browser).await? == now {
                    break;
                }
            }
            assert_eq!(shown(&browser).await?, now, "{choice} is forgotten");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn after_signing_out_back_shows_nothing() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Support admin").await?;
        browser.open(&real(&browser, "/admin/users/{whale@example.com}").await).await?;
        browser.says(".hero", "whale@example.com").await?;
        browser.click(".me").await?;
        browser.press("Sign out").await?;
        browser.arrive("/sign-in").await?;
        browser.driver.back().await?;
        browser.says("h1", "Sign in").await?;
        assert!(!browser.driver.source().await?.contains("whale@example.com"));
        Ok(())
    })
    .await;
}
