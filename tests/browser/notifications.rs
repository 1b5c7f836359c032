//! A notification in a browser: written, looked at, sent, and seen where it arrives.
use super::browser::{Browser, Done};
use super::visit::{Look, visit};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const TO: &str = "tomas.ferreira@example.org";

async fn accessible(browser: &Browser, what: &str) -> Done {
    let faults = browser.faults(what).await?;
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    Ok(())
}

/// What the platform is told of the user's inbox.
async fn inbox(browser: &Browser) -> Done<Value> {
    let id: String = sqlx::query_scalar("select id::text from platform.users where email = $1")
        .bind(TO)
        .fetch_one(&mut browser.studio.database().await)
        .await
        .unwrap();
    let ask = format!(
        "return fetch('/api/v1/users/{id}/notifications?limit=1', {{ headers: {{ authorization: 'Bearer the-demo-platform-asks-for-flags' }} }}).then(answer => answer.json())"
    );
    browser.run(&ask, vec![]).await
}

/// Waits until the page that refreshes itself says so.
async fn until(browser: &Browser, text: &str) -> Done {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let said = browser.run("return document.querySelector('#progress')?.textContent ?? ''", vec![]).await?;
        if said.as_str().is_some_and(|said| said.contains(text)) {
            return Ok(());
        }
        assert!(Instant::now() < deadline, "waited in vain for “{text}”: {said}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn write(browser: &Browser) -> Done {
    browser.open("/admin/notifications").await?;
    browser.press("Write a notification").await?;
    assert!(!browser.shows("#at").await? && !browser.shows("#weekday").await?, "now has no time");
    browser.find("#kind").await?.send_keys("Feature").await?;
    browser.fill("#title", "Clips of twelve seconds").await?;
    browser.fill("#message", "Clips can be **twelve seconds** long.").await?;
    browser.click("input[value=email]").await?;
    browser.fill("#people", &format!("{TO}\nlong.name@example.org\nnobody@nowhere.example")).await?;
    browser.find("#when").await?.send_keys("Every week").await?;
    assert!(browser.shows("#weekday").await? && browser.shows("#time").await?);
    accessible(browser, "the form of a weekly one").await?;
    browser.click("#when option[value=now]").await?;
    browser.press("Save and preview").await?;
    browser.says("#unknown", "1 of the list name nobody").await?;
    browser.says("#in-app strong", "twelve seconds").await?;
    browser.says("#by-mail", "To get no more of them").await?;
    accessible(browser, "the preview").await
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn a_notification_is_written_looked_at_sent_and_arrives() {
    visit(Look::Desktop, async |browser| {
        browser.come_in("Support admin").await?;
        write(&browser).await?;
        browser.press("Send a test to").await?;
        browser.says(".flash", "A test letter goes to").await?;
        browser.press("Send to 2 people").await?;
        browser.says(".flash", "It is on its way to 2 people.").await?;
        until(&browser, "4 of 4 delivered to 2 people.").await?;
        accessible(&browser, "what has been sent").await?;
        let told = inbox(&browser).await?;
        let item = &told["notifications"][0];
        assert_eq!(
            (&item["title"], &item["html"]),
            (&json!("Clips of twelve seconds"), &json!("<p>Clips can be <strong>twelve seconds</strong> long.</p>"))
        );
        browser.press("See all").await?;
        browser.says("tbody", "Sent").await?;
        browser.open(&format!("/admin/mailbox?q={TO}")).await?;
        browser.press("Clips of twelve seconds").await?;
        browser.says(".letter", "Clips can be twelve seconds long.").await?;
        browser.click(".letter a[href*='/u/']").await?;
        browser.says("main", "no more news about new features").await?;
        accessible(&browser, "unsubscribing").await?;
        browser.press("Send me no more of them").await?;
        browser.says("main", "You get no more of them").await
    })
    .await;
}
