//! What the platform asks, and hostile askers.
use super::{done, json};
use crate::support::{
    ADA, Answer, BEN, Browser, Sent, Studio,
    studio::{BROWSER_TOKEN, ORIGIN, PLATFORM_TOKEN},
};
use axum::body::Body;
use axum::http::{Method, Request};
use backlot::kernel::Role;
use backlot::live::bucket::bucket;
use serde_json::{Value, json as object};
use std::time::Duration;
use tower::ServiceExt;

const ALL: &str = "/ofrep/v1/evaluate/flags";

fn ask(path: &str, body: impl Into<Vec<u8>>) -> Sent {
    let sent = Sent { method: Method::POST, body: body.into(), ..Sent::get(path) };
    sent.header("authorization", &format!("Bearer {PLATFORM_TOKEN}")).header("content-type", "application/json")
}

fn of(key: &str, tier: &str) -> Vec<u8> {
    object!({ "context": { "targetingKey": key, "tier": tier, "anything": { "else": [1, 2, 3] } } }).to_string().into_bytes()
}

async fn one(platform: &mut Browser, flag: &str, body: Vec<u8>) -> Answer {
    platform.send(ask(&format!("{ALL}/{flag}"), body)).await
}

#[tokio::test]
async fn each_way_of_deciding_has_its_reason() {
    let studio = Studio::open().await;
    let mut platform = studio.browser();
    let ben = BEN.to_string();
    let drawn = bucket("new_studio_ui", &ben);
    for (flag, user, tier, value, reason, kind) in [
        ("video_generation", ben.as_str(), "free", true, "STATIC", "always"),
        ("off_flag", &ben, "free", false, "DISABLED", "off"),
        ("hd_mode_enabled", &ben, "pro", true, "TARGETING_MATCH", "tier"),
        ("hd_mode_enabled", &ben, "free", false, "TARGETING_MATCH", "tier"),
        ("new_studio_ui", &ADA.to_string(), "pro", true, "TARGETING_MATCH", "override"),
        ("new_studio_ui", &ben, "free", drawn < 25_000, "SPLIT", "bucket"),
    ] {
        let answer = json(&one(&mut platform, flag, of(user, tier)).await.must(200));
        let expected = object!({ "key": flag, "value": value, "variant": if value { "on" } else { "off" }, "reason": reason });
        for (name, wanted) in expected.as_object().unwrap() {
            assert_eq!(&answer[name], wanted, "{name} of {answer}");
        }
        assert_eq!(answer["metadata"]["ruleKind"], kind, "{answer}");
    }
    let answer = json(&one(&mut platform, "new_studio_ui", of(&ben, "free")).await);
    assert_eq!(answer["metadata"]["bucket"], f64::from(drawn) / 1000.0);
    assert_eq!(answer["metadata"]["rolloutPercent"], 25.0);
    let bare = one(&mut platform, "video_generation", b"{\"context\":{}}".to_vec()).await.must(200);
    assert_eq!(json(&bare)["value"], true, "what needs no user needs none");
}

#[track_caller]
fn refused(answer: &Answer, status: u16, key: &str, code: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    let body = json(answer);
    assert_eq!((&body["key"], &body["errorCode"]), (&Value::from(key), &Value::from(code)), "{body}");
    assert!(body["errorDetails"].as_str().is_some_and(|details| details.len() > 10), "{body}");
    assert!(!answer.request_id().is_nil());
}

#[tokio::test]
async fn hostile_questions_are_refused_in_the_protocols_own_form() {
    let studio = Studio::open().await;
    let mut platform = studio.browser();
    let huge = object!({ "context": { "targetingKey": "x".repeat(1 << 20) } }).to_string();
    let deep = format!("{{\"context\":{{\"targetingKey\":\"u\",\"x\":{}{}}}}}", "[".repeat(10_000), "]".repeat(10_000));
    let questions: Vec<(Vec<u8>, &str)> = vec![
        (b"".to_vec(), "PARSE_ERROR"),
        (b"not json".to_vec(), "PARSE_ERROR"),
        (b"{\"context\":{\"targetingKey\":\"\xff\xfe\"}}".to_vec(), "PARSE_ERROR"),
        (huge.into_bytes(), "PARSE_ERROR"),
        (b"[]".to_vec(), "PARSE_ERROR"),
        (b"{\"context\":7}".to_vec(), "PARSE_ERROR"),
        (b"{}".to_vec(), "INVALID_CONTEXT"),
        (b"{\"context\":{\"targetingKey\":{\"a\":1}}}".to_vec(), "INVALID_CONTEXT"),
        (b"{\"context\":{\"targetingKey\":\"u\",\"tier\":1e308}}".to_vec(), "INVALID_CONTEXT"),
    ];
    for (body, code) in questions {
        refused(&one(&mut platform, "new_studio_ui", body.clone()).await, 400, "new_studio_ui", code);
        refused(&platform.send(ask(ALL, body)).await, 400, "", code);
    }
    for body in ["{\"context\":{}}", "{\"context\":{\"targetingKey\":\"\"}}", "{\"context\":{\"targetingKey\":null}}"] {
        refused(&one(&mut platform, "new_studio_ui", body.into()).await, 400, "new_studio_ui", "TARGETING_KEY_MISSING");
    }
    for name in ["no_such_flag", "old_flag", "team/flag", "%E2%80%AE", "NEW_STUDIO_UI", &"x".repeat(5_000), "..%2F..%2Fetc%2Fpasswd", "%00"]
    {
        let answer = one(&mut platform, name, of("u", "free")).await;
        assert_eq!((answer.status.as_u16(), json(&answer)["errorCode"].clone()), (404, "FLAG_NOT_FOUND".into()), "{answer:?}");
    }
    let answer = one(&mut platform, "%ff", of("u", "free")).await;
    assert_eq!((answer.status.as_u16(), json(&answer)["errorCode"].clone()), (400, "PARSE_ERROR".into()), "{answer:?}");
    one(&mut platform, "new_studio_ui", deep.into_bytes()).await.must(200);
    let odd = one(&mut platform, "hd_mode_enabled", of(&"é漢字\u{202e}".repeat(50), "platinum")).await.must(200);
    assert_eq!(json(&odd)["value"], false, "a tier that there is not is no tier");
}

#[tokio::test]
async fn all_flags_at_once_are_answered_and_not_answered_again_for_the_same_context() {
    let studio = Studio::open().await;
    let mut platform = studio.browser();
    let first = platform.send(ask(ALL, of(&BEN.to_string(), "pro"))).await.must(200);
    let body = json(&first);
    let keys: Vec<_> = body["flags"].as_array().unwrap().iter().map(|flag| flag["key"].as_str().unwrap().to_owned()).collect();
    assert_eq!(
        keys,
        ["beta_features", "hd_mode_enabled", "new_studio_ui", "off_flag", "video_generation"],
        "the archived one is not there"
    );
    assert_eq!(body["eventStreams"][0]["type"], "sse");
    let etag = first.header("etag").to_owned();
    let again = |body, etag: &str| ask(ALL, body).header("if-none-match", etag);
    let same = platform.send(again(of(&BEN.to_string(), "pro"), &etag)).await.must(304);
    assert_eq!((same.header("etag"), same.text.as_str()), (etag.as_str(), ""));
    // The stock web client keeps its validator when only the tier changes: it must not be told that nothing is different.
    let poorer = platform.send(again(of(&BEN.to_string(), "free"), &etag)).await.must(200);
    assert_ne!(poorer.header("etag"), etag);
    platform.send(again(of(&BEN.to_string(), "pro"), &format!("\"other\", W/{etag}"))).await.must(304);

    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    olga.post("/admin/features/hd_mode_enabled/kill", &[]).await.must(303);
    let changed = platform.send(again(of(&BEN.to_string(), "pro"), &etag)).await.must(200);
    assert_eq!(json(&changed)["flags"][1]["value"], false);
    let nobody = json(&platform.send(ask(ALL, b"{\"context\":{}}".to_vec())).await.must(200));
    assert_eq!(
        nobody["flags"][2]["errorCode"], "TARGETING_KEY_MISSING",
        "one that needs a user does not take the others with it: {nobody}"
    );
}

#[tokio::test]
async fn who_has_heard_of_a_newer_version_is_not_given_an_older_one() {
    let studio = Studio::open().await;
    let version = studio.site.live.now().versions.flags;
    let path = format!("{ALL}?flagConfigEtag=%22{}%22&flagConfigLastModified=1771622898", version + 1);
    let mut platform = studio.browser();
    let waiting = tokio::spawn(async move { platform.send(ask(&path, of(&BEN.to_string(), "pro"))).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    studio.run("update backlot.feature_flags set enabled = false where name = 'video_generation'").await;
    studio.run(&format!("update backlot.live_topics set version = {} where topic = 'flags'", version + 1)).await;
    studio.site.live.reload(&studio.app).await.unwrap();
    let answer = json(&waiting.await.unwrap().must(200));
    assert_eq!(answer["flags"][4]["value"], false, "{answer}");
}

#[tokio::test]
async fn only_known_callers_are_answered_and_only_pages_of_named_origins_may_read() {
    let studio = Studio::open().await;
    let mut caller = studio.browser();
    let body = of(&BEN.to_string(), "pro");
    for (name, value, status) in [
        ("authorization", "Bearer wrong", 401),
        ("authorization", "Basic YTpi", 401),
        ("x-api-key", "wrong", 401),
        ("authorization", "bearer a-server-of-the-platform", 200),
        ("x-api-key", PLATFORM_TOKEN, 200),
        ("x-api-key", BROWSER_TOKEN, 200),
    ] {
        let sent = Sent { method: Method::POST, body: body.clone(), ..Sent::get(ALL) }.header(name, value);
        let answer = caller.send(sent).await.must(status);
        if status == 401 {
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
    caller.send(Sent { method: Method::POST, body: body.clone(), ..Sent::get(ALL) }).await.must(401);
    for (origin, allowed) in [(ORIGIN, ORIGIN), ("https://evil.example", "")] {
        let asks = Sent { method: Method::OPTIONS, ..Sent::get(ALL) }
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type,if-none-match,x-api-key");
        let answer = caller.send(asks).await.must(200);
        assert_eq!(answer.header("access-control-allow-origin"), allowed);
        let answer = caller.send(ask(ALL, body.clone()).header("origin", origin)).await.must(200);
        assert_eq!(answer.header("access-control-allow-origin"), allowed);
        if !allowed.is_empty() {
            assert_eq!(answer.header("access-control-expose-headers"), "etag,retry-after,x-request-id");
        }
    }
    assert_eq!(studio.number("select count(*) from backlot.audit_log").await, 0, "machines do not fill the record");
}

#[tokio::test]
async fn the_stream_opens_with_its_own_address_only() {
    let studio = Studio::open().await;
    let mut platform = studio.browser();
    let body = json(&platform.send(ask(ALL, of("u", "free"))).await.must(200));
    let place = body["eventStreams"][0]["endpoint"]["requestUri"].as_str().unwrap().to_owned();
    for wrong in ["/ofrep/v1/events".to_owned(), "/ofrep/v1/events?token=x".into(), place.replace("token=", "token=9"), format!("{place}A")]
    {
        let answer = platform.get(&wrong).await;
        assert!(matches!(answer.status.as_u16(), 400 | 401), "{answer:?}");
    }
    let mut stream = platform.listen(&place).await;
    let first = stream.next().await;
    assert!(first.contains("event: message") && first.contains("refetchEvaluation"), "{first}");
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    done(&mut olga, "/admin/features/new_studio_ui/edit", &[("percentage", "99")]).await;
    let news = stream.next().await;
    let version = studio.site.live.now().versions.flags;
    assert!(news.contains(&format!("id: {version}")) && news.contains(&format!("\\\"{version}\\\"")), "{news}");
    studio.wait(3 * 3_600);
    platform.get(&place).await.must(401);
}

#[tokio::test]
async fn when_ten_thousand_listen_the_next_is_told_when_to_come_back() {
    let studio = Studio::open().await;
    let mut platform = studio.browser();
    let place =
        json(&platform.send(ask(ALL, of("a", "free"))).await)["eventStreams"][0]["endpoint"]["requestUri"].as_str().unwrap().to_owned();
    let listen = || studio.router.clone().oneshot(Request::get(&place).body(Body::empty()).unwrap());
    let mut listening = Vec::new();
    for _ in 0..10_000 {
        let stream = listen().await.unwrap();
        assert_eq!(stream.status(), 200);
        listening.push(stream);
    }
    let turned_away = platform.get(&place).await.must(429);
    assert_eq!(turned_away.header("retry-after"), "10");
    assert_eq!(turned_away.header("content-type"), "application/problem+json");
    listening.pop();
    assert_eq!(listen().await.unwrap().status(), 200, "who leaves makes room");
}
