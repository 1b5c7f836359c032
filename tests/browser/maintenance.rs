//! Maintenance as visitors of the platform see it: a plain page of another origin, under a strict policy, that includes the script.
use super::browser::{Browser, Done};
use super::studio::Studio;
use super::visit::{Look, visit_in};
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::Html;
use axum::routing::get;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// A page of the platform; where it is.
async fn platform(backlot: &str) -> String {
    let policy = format!("default-src 'none'; img-src 'self'; script-src {backlot}; connect-src {backlot}");
    let page = format!(
        "<!doctype html><html lang=\"en\"><title>Studio</title><h1>Studio</h1><p>Pictures.</p>
         <script src=\"{backlot}/embed/maintenance.js\" defer data-every=\"1\" data-position=\"bottom\"></script></html>"
    );
    let router = Router::new()
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .route("/", get(async move || ([(header::CONTENT_SECURITY_POLICY, policy)], Html(page))));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// What the banner says; null when there is none.
const BANNER: &str = "const host = document.querySelector('backlot-maintenance');
    return host && host.shadowRoot.querySelector('[role=status]').textContent";
const CLOSE: &str = "return document.querySelector('backlot-maintenance').shadowRoot.querySelector('button')";

/// Waits until the banner is as it should be.
async fn until(browser: &Browser, is_so: impl Fn(&Value) -> bool) -> Done<Value> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let said = browser.run(BANNER, vec![]).await?;
        if is_so(&said) {
            return Ok(said);
        }
        assert!(Instant::now() < deadline, "waited in vain: {said}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn begin(boss: &Browser, message: &str) -> Done {
    boss.open("/admin/maintenance").await?;
    boss.press("Begin now").await?;
    boss.fill("#message", message).await?;
    boss.press("Show what will happen").await?;
    boss.says(".counts", "users were active within the last 15 minutes").await?;
    boss.click("form .btn.danger").await?;
    boss.says(".flash", "The platform is in maintenance.").await
}

async fn plan(boss: &Browser, message: &str) -> Done {
    boss.press("Plan a window").await?;
    boss.fill("#message", message).await?;
    let fill = "for (const [id, hours] of [['starts_at', 2], ['ends_at', 4]])
        document.getElementById(id).value = new Date(Date.now() + hours * 3600000).toISOString().slice(0, 16)";
    boss.run(fill, vec![]).await?;
    boss.press("Plan this window").await?;
    boss.says(".flash", "Maintenance is planned for").await
}

async fn accessible(boss: &Browser, what: &str) -> Done {
    let faults = boss.faults(what).await?;
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    Ok(())
}

/// While it is on it cannot be closed, and lies upon the lower edge.
async fn stays_at_the_bottom(visitor: &Browser) -> Done {
    assert_eq!(visitor.run(&format!("{CLOSE}.hidden"), vec![]).await?, json!(true));
    let place = "const box = document.querySelector('backlot-maintenance').getBoundingClientRect();
                 return [Math.round(innerHeight - box.bottom), getComputedStyle(document.querySelector('backlot-maintenance')).position]";
    assert_eq!(visitor.run(place, vec![]).await?, json!([0, "fixed"]));
    Ok(())
}

/// Garbage, or nothing at all.
async fn garbage_changes_nothing(visitor: &Browser) -> Done {
    let garbage = "window.asked = window.fetch; let n = 0;
        window.fetch = async () => { if (n++ % 2) throw new TypeError(); return new Response('{\"enabled\": 1}'); }";
    visitor.run(garbage, vec![]).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    until(visitor, |said| *said == json!("We <b>move</b> house.")).await?;
    visitor.run("window.fetch = window.asked", vec![]).await?;
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn a_page_of_another_origin_shows_when_maintenance_begins_and_ends() {
    let studio = Arc::new(Studio::start());
    let page = platform(studio.url()).await;
    visit_in(Arc::clone(&studio), Look::Desktop, async |boss| {
        boss.come_in("Operations admin").await?;
        visit_in(studio, Look::Desktop, async |visitor| {
            visitor.driver.goto(&page).await?;
            visitor
                .run(
                    "window.heard = []; document.addEventListener('backlot:maintenance', (told) => heard.push(told.detail.enabled))",
                    vec![],
                )
                .await?;
            assert_eq!(visitor.run(BANNER, vec![]).await?, Value::Null);
            begin(&boss, "We <b>move</b> house.").await?;
            boss.open("/admin/users").await?;
            boss.says("#upkeep", "The platform is in maintenance since").await?;
            accessible(&boss, "the banner").await?;
            until(&visitor, |said| *said == json!("We <b>move</b> house.")).await?;
            stays_at_the_bottom(&visitor).await?;
            garbage_changes_nothing(&visitor).await?;
            boss.open("/admin/maintenance").await?;
            accessible(&boss, "maintenance that is on").await?;
            boss.press("End now").await?;
            boss.says(".flash", "Maintenance is over.").await?;
            until(&visitor, Value::is_null).await?;

            plan(&boss, "New machines.").await?;
            accessible(&boss, "a planned window").await?;
            until(&visitor, |said| said.as_str().is_some_and(|said| said.contains("New machines.") && said.contains('–'))).await?;
            visitor.run(&format!("{CLOSE}.click()"), vec![]).await?;
            until(&visitor, Value::is_null).await?;
            tokio::time::sleep(Duration::from_secs(3)).await;
            assert_eq!(visitor.run(BANNER, vec![]).await?, Value::Null, "what was closed stays closed");
            let heard = visitor.run("return heard", vec![]).await?;
            assert_eq!(heard, json!([true, false, false]), "begun, ended, planned");
            Ok(())
        })
        .await;
        Ok(())
    })
    .await;
}
