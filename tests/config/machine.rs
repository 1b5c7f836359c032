//! What the platform is told: all of its settings, cheaply when it knows them, and at once when something is new.
use super::{boss, save};
use crate::support::{BROWSER_TOKEN, ORIGIN, PLATFORM_TOKEN, Sent, Studio};
use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use futures::StreamExt;
use serde_json::{Value, json};
use std::time::Duration;
use tower::ServiceExt;

fn ask(path: &str, token: &str) -> Sent {
    Sent::get(path).header("authorization", &format!("Bearer {token}"))
}

#[tokio::test]
async fn a_server_of_the_platform_reads_every_setting_of_its_own() {
    let studio = Studio::open().await;
    let answer = studio.browser().send(ask("/api/v1/config", PLATFORM_TOKEN)).await.must(200);
    assert_eq!((answer.header("content-type"), answer.header("cache-control")), ("application/json", "private, no-cache"));
    let told: Value = serde_json::from_str(&answer.text).unwrap();
    let settings = &told["settings"];
    assert_eq!(told["version"], studio.site.live.now().versions.settings);
    for (key, value) in [
        ("generation.max_concurrent", json!(5)),
        ("generation.default_quality", json!("draft")),
        ("credits.draft_cost", json!(1)),
        ("credits.hq_cost", json!(3)),
        ("rate_limit.generations_per_minute", json!(10)),
        ("maintenance.enabled", json!(false)),
        ("maintenance.message", json!("")),
        ("subscription.lora_models", json!({ "free": 1, "starter": 5, "pro": 25 })),
    ] {
        assert_eq!(settings[key], value, "{key}");
    }
    assert_eq!(settings["exports.max_rows"], Value::Null, "Backlot's own are not the platform's business");
}

#[tokio::test]
async fn who_knows_the_settings_already_is_told_only_that() {
    let studio = Studio::open().await;
    let (mut boss, _) = boss(&studio).await;
    let mut server = studio.browser();
    let first = server.send(ask("/api/v1/config", PLATFORM_TOKEN)).await.must(200);
    let tag = first.header("etag").to_owned();
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".into()] {
        let same = server.send(ask("/api/v1/config", PLATFORM_TOKEN).header("if-none-match", &known)).await.must(304);
        assert_eq!((same.text.as_str(), same.header("etag"), same.header("cache-control")), ("", tag.as_str(), "private, no-cache"));
    }
    save(&mut boss, &[("credits.hq_cost", "4")]).await.must(303);
    studio.site.live.reload(&studio.app).await.unwrap();
    let other = server.send(ask("/api/v1/config", PLATFORM_TOKEN).header("if-none-match", &tag)).await.must(200);
    assert!(other.text.contains("\"credits.hq_cost\":4") && other.header("etag") != tag, "{}", other.text);
}

#[tokio::test]
async fn nobody_else_is_told() {
    let studio = Studio::open().await;
    for (path, token) in [("/api/v1/config", BROWSER_TOKEN), ("/api/v1/config", "made up"), ("/api/v1/events", "made up")] {
        let refused = studio.browser().send(ask(path, token)).await.must(401);
        assert_eq!(refused.header("www-authenticate"), "Bearer");
        assert!(!refused.text.contains("hq_cost"), "{}", refused.text);
    }
    studio.browser().get("/api/v1/config").await.must(401);
    let (boss, _) = boss(&studio).await;
    boss.glance("/api/v1/config").await.must(401);
    let page = studio.browser().send(ask("/api/v1/config", PLATFORM_TOKEN).header("origin", ORIGIN)).await.must(200);
    assert_eq!(page.header("access-control-allow-origin"), "", "a page has no business here");
}

/// Listens to what is new.
struct Ear {
    body: BodyDataStream,
    heard: String,
}

impl Ear {
    async fn open(studio: &Studio, token: &str) -> Self {
        let request = Request::get("/api/v1/events").header("authorization", format!("Bearer {token}")).header("origin", ORIGIN);
        let request = request.body(Body::empty()).unwrap();
        let response = studio.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["access-control-allow-origin"], ORIGIN);
        Self { body: response.into_body().into_data_stream(), heard: String::new() }
    }

    /// Waits until this was said, and forgets what came before.
    async fn hears(&mut self, words: &str) {
        let listen = async {
            while !self.heard.contains(words) {
                let piece = self.body.next().await.expect("it goes on").unwrap();
                self.heard.push_str(std::str::from_utf8(&piece).unwrap());
            }
        };
        tokio::time::timeout(Duration::from_secs(5), listen).await.unwrap_or_else(|_| panic!("{words} was not said"));
        self.heard.clear();
    }
}

#[tokio::test]
async fn whoever_listens_hears_how_it_is_and_then_of_each_change() {
    let studio = Studio::open().await;
    let (mut boss, _) = boss(&studio).await;
    let now = studio.site.live.now().versions;
    let mut ears = [Ear::open(&studio, PLATFORM_TOKEN).await, Ear::open(&studio, BROWSER_TOKEN).await];
    for ear in &mut ears {
        ear.hears(&format!("event: maintenance\nid: {0}\ndata: {{\"topic\":\"maintenance\",\"version\":{0}}}\n\n", now.maintenance)).await;
    }
    save(&mut boss, &[("credits.hq_cost", "4")]).await.must(303);
    studio.site.live.reload(&studio.app).await.unwrap();
    let then = studio.site.live.now().versions;
    assert!(then.settings > now.settings && then.flags == now.flags);
    for ear in &mut ears {
        ear.hears(&format!("event: settings\nid: {0}\ndata: {{\"topic\":\"settings\",\"version\":{0}}}\n\n", then.settings)).await;
    }
}
