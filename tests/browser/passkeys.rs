//! Passkeys in a real browser, kept by a device that the browser plays.
use super::browser::{Browser, Done};
use super::sign_in::with_password;
use super::visit::{Look, visit};
use serde_json::{Value, json};

const PAGE: &str = "/admin/account/passkeys";

/// A page, opened by this machine's name: for its number no browser keeps passkeys.
async fn by_name(browser: &Browser, path: &str) -> Done {
    browser.driver.goto(format!("{}{path}", browser.studio.url().replace("127.0.0.1", "localhost"))).await
}

/// A device with a screen lock, in this browser; returns what it is called.
async fn device(browser: &Browser) -> Done<Value> {
    let options = json!({ "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
                          "isUserVerified": true, "automaticPresenceSimulation": true });
    let cdp = browser.driver.cdp();
    cdp.send_raw("WebAuthn.enable", json!({})).await?;
    Ok(cdp.send_raw("WebAuthn.addVirtualAuthenticator", json!({ "options": options })).await?["authenticatorId"].clone())
}

async fn fine(browser: &Browser, state: &str) -> Done {
    let faults = browser.faults(state).await?;
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    Ok(())
}

async fn sign_out(browser: &Browser) -> Done {
    browser.click(".me").await?;
    browser.press("Sign out").await?;
    browser.arrive("/sign-in").await
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn a_passkey_is_added_opens_everything_alone_and_confirms_what_is_dangerous() {
    visit(Look::Desktop, async |browser| {
        device(&browser).await?;
        let olga = browser.studio.person("Operations admin").clone();
        by_name(&browser, olga.link.strip_prefix(browser.studio.url()).unwrap()).await?;
        browser.click("main button").await?;
        browser.arrive("/admin").await?;

        by_name(&browser, PAGE).await?;
        browser.fill("#name", "This laptop").await?;
        browser.press("Add a passkey").await?;
        browser.says(".flash", "“This laptop” is added.").await?;
        browser.says("#passkeys", "not used yet").await?;
        fine(&browser, "the passkeys").await?;
        browser.press("Add a passkey").await?;
        browser.says("[data-passkey-says]", "This device has a passkey for you here already.").await?;
        sign_out(&browser).await?;

        fine(&browser, "the door, with passkeys").await?;
        browser.press("Sign in with a passkey").await?;
        browser.arrive("/admin").await?;
        assert_eq!(browser.text(".me small").await?, "Operations admin");

        let text = "update backlot.sessions set fresh_at = now() - interval '6 minutes' where agent = $1 and ended_at is null";
        sqlx::query(text).bind(&browser.agent).execute(&mut browser.studio.database().await).await.unwrap();
        by_name(&browser, PAGE).await?;
        browser.says("#passkeys", "used just now").await?;
        browser.press("Confirm that it is you").await?;
        browser.says("h1", "Confirm that it is you").await?;
        fine(&browser, "confirming, with passkeys").await?;
        browser.press("Confirm with a passkey").await?;
        browser.arrive(PAGE).await?;
        browser.find("form[data-passkey] button").await?;

        browser.press("Remove").await?;
        browser.press("Show what will happen").await?;
        browser.press("Remove This laptop").await?;
        browser.says(".flash", "“This laptop” is removed.").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn a_newcomer_sets_up_a_passkey_and_is_asked_for_nothing_else() {
    visit(Look::Desktop, async |browser| {
        device(&browser).await?;
        let text = "insert into backlot.admins (id, email, name, role, status, password_hash)
                    select gen_random_uuid(), 'kay@backlot.example', 'Kay New', 'data_admin', 'active', password_hash
                    from backlot.admins where email = 'maya@backlot.example' on conflict do nothing";
        sqlx::query(text).execute(&mut browser.studio.database().await).await.unwrap();
        by_name(&browser, "/sign-in").await?;
        with_password(&browser, "kay@backlot.example", browser.studio.password()).await?;
        browser.arrive("/sign-in/enrol").await?;
        fine(&browser, "setting up a second factor").await?;
        browser.press("Use a passkey instead").await?;
        browser.arrive("/admin").await?;
        sign_out(&browser).await?;

        with_password(&browser, "kay@backlot.example", browser.studio.password()).await?;
        browser.says("h1", "Use your passkey").await?;
        fine(&browser, "the passkey and nothing else").await?;
        browser.press("Use a passkey").await?;
        browser.arrive("/admin").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn where_a_passkey_cannot_be_used_a_sentence_says_why() {
    visit(Look::Desktop, async |browser| {
        browser.open("/sign-in").await?;
        browser.says("main", "Passkeys need a host name: open Backlot at http://localhost:").await?;
        browser.press("http://localhost:").await?;
        browser.says("main", "Sign in with a passkey").await?;

        let device = device(&browser).await?;
        let unverified = json!({ "authenticatorId": device, "isUserVerified": false });
        browser.driver.cdp().send_raw("WebAuthn.setUserVerified", unverified).await?;
        browser.press("Sign in with a passkey").await?;
        browser.says("[data-passkey-says]", "Nothing was sent").await?;
        fine(&browser, "no passkey was used").await?;
        assert!(browser.find("[data-passkey] button").await?.is_enabled().await?, "another try is possible");
        browser.arrive("/sign-in").await
    })
    .await;
    visit(Look::WithoutScripts, async |browser| {
        by_name(&browser, "/sign-in").await?;
        browser.says("main", "Passkeys need scripts, and they are off in this browser.").await?;
        assert!(!browser.shows("[data-passkey] button").await?);
        Ok(())
    })
    .await;
}
