//! What the platform and its pages are told.
use super::{at, begin, plan, told};
use crate::support::{Answer, Sent, Studio};
use axum::http::Method;
use backlot::kernel::Role;
use jiff::ToSpan;
use serde_json::{Value, json};

const STATUS: &str = "/api/v1/maintenance";
const SCRIPT: &str = "/embed/maintenance.js";

#[track_caller]
fn open_to_anybody(answer: &Answer, stored: &str) {
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-credentials", ""),
        ("cross-origin-resource-policy", "cross-origin"),
        ("cache-control", stored),
        ("x-content-type-options", "nosniff"),
        ("set-cookie", ""),
    ] {
        assert_eq!(answer.header(name), value, "{name} of {answer:?}");
    }
    assert!(!answer.header("etag").is_empty(), "{answer:?}");
}

#[tokio::test]
async fn anybody_is_told_of_the_state_in_one_shape() {
    let studio = Studio::open().await;
    let off = json!({ "enabled": false, "message": "", "started_at": null, "scheduled_end": null, "retry_after": null, "next": null });
    assert_eq!(told(&studio).await, off);
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    begin(&mut boss, "<b>We</b> move & \"clean\".", &at(1.hour())).await;
    plan(&mut boss, "New machines.", &at(10.hours()), &at(12.hours())).await.must(303);
    let on = told(&studio).await;
    let keys: Vec<_> = on.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["enabled", "message", "started_at", "scheduled_end", "retry_after", "next"]);
    assert_eq!((&on["enabled"], &on["message"]), (&json!(true), &json!("<b>We</b> move & \"clean\".")), "plain text, as it was typed");
    assert!((3_000..=3_600).contains(&on["retry_after"].as_i64().unwrap()), "{on}");
    let next: Vec<_> = on["next"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(next, ["starts_at", "ends_at", "message"]);
    for time in [&on["started_at"], &on["scheduled_end"], &on["next"]["starts_at"], &on["next"]["ends_at"]] {
        assert!(time.as_str().is_some_and(|time| time.ends_with('Z') && time.parse::<jiff::Timestamp>().is_ok()), "{time}");
    }
    studio.jobs().await;
}

#[tokio::test]
async fn the_state_may_be_read_from_any_page_and_is_checked_anew_cheaply() {
    let studio = Studio::open().await;
    let mut stranger = studio.browser();
    let ask = || Sent::get(STATUS).header("origin", "https://anywhere.example");
    let answer = stranger.send(ask()).await.must(200);
    open_to_anybody(&answer, "public, max-age=5");
    assert_eq!(answer.header("content-type"), "application/json");
    assert!(answer.header("access-control-expose-headers").contains("etag"), "{answer:?}");
    let tag = answer.header("etag").to_owned();
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".into()] {
        let again = stranger.send(ask().header("if-none-match", &known)).await.must(304);
        assert_eq!((again.text.as_str(), again.header("etag")), ("", tag.as_str()));
    }
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    begin(&mut boss, "We move house.", "").await;
    told(&studio).await;
    let changed = stranger.send(ask().header("if-none-match", &tag)).await.must(200);
    assert_ne!(changed.header("etag"), tag);
    let before = studio.fingerprint(&[]).await;
    stranger.send(Sent { method: Method::POST, ..ask() }).await.must(405);
    let preflight = Sent { method: Method::OPTIONS, ..ask() }.header("access-control-request-method", "GET");
    assert_eq!(stranger.send(preflight).await.must(200).header("access-control-allow-origin"), "*");
    assert_eq!(studio.fingerprint(&[]).await, before);
}

#[tokio::test]
async fn the_state_is_told_while_the_database_is_away() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    begin(&mut boss, "We move house.", "").await;
    told(&studio).await;
    studio.run("alter table backlot.maintenance_windows rename to away").await;
    let status: Value = serde_json::from_str(&studio.browser().get(STATUS).await.must(200).text).unwrap();
    assert_eq!(status["enabled"], json!(true));
}

#[tokio::test]
async fn the_script_may_be_included_anywhere_and_puts_nothing_into_a_page_but_text() {
    let studio = Studio::open().await;
    let mut stranger = studio.browser();
    let answer = stranger.send(Sent::get(SCRIPT).header("origin", "https://anywhere.example")).await.must(200);
    open_to_anybody(&answer, "public, max-age=300");
    assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
    stranger.send(Sent::get(SCRIPT).header("if-none-match", answer.header("etag"))).await.must(304);
    for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "setAttribute(\"style\"", ".style.", "import "]
    {
        assert!(!answer.text.contains(word), "{word}");
    }
    assert!(answer.text.len() < 8_000, "small: {}", answer.text.len());
}
