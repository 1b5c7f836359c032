//! What the training service tells: believed when it is signed, a hint and no more, whatever order it comes in.
use super::stage::{Stage, retry};
use crate::support::lora::{Made, model};
use crate::support::{Answer, Sent, Studio};
use axum::http::Method;
use backlot::gateways::training::Keys;
use backlot::sandbox::training::{Post, SECRET};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;

const PATH: &str = "/webhooks/training";

/// A message as the service signs it.
fn message(studio: &Studio, id: &str, body: &[u8]) -> Sent {
    signed(SECRET, id, i64::try_from(studio.now()).unwrap(), body)
}

fn signed(secret: &str, id: &str, at: i64, body: &[u8]) -> Sent {
    let signature = Keys::parse(secret).unwrap().sign(id, at, body);
    let sent = Sent { method: Method::POST, body: body.to_vec(), ..Sent::get(PATH) }.header("content-type", "application/json");
    sent.header("webhook-id", id).header("webhook-timestamp", &at.to_string()).header("webhook-signature", &signature)
}

async fn tell(stage: &Stage, sent: Sent) -> Answer {
    stage.studio.browser().send(sent).await
}

/// A model whose attempt runs as `trn_1` and says nothing more.
async fn running(stage: &Stage) -> Made {
    let made = model(&stage.studio, "training", "").await;
    stage
        .studio
        .run("update platform.lora_trainings set external_id = 'trn_1', submitted_at = now(), last_heard_at = now() + interval '1 day'")
        .await;
    made
}

#[tokio::test]
async fn what_is_not_signed_by_a_known_key_and_now_is_refused_and_kept_nowhere() {
    let stage = Stage::open().await;
    running(&stage).await;
    let before = stage.studio.fingerprint(&[]).await;
    let (body, now) = (br#"{"id": "trn_1", "status": "failed"}"#, i64::try_from(stage.studio.now()).unwrap());
    let honest = || message(&stage.studio, "msg_1", body);
    let mut altered = honest();
    altered.body = br#"{"id": "trn_1", "status": "succeeded"}"#.to_vec();
    let other = "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhpcnR5LXR3byBi";
    for (what, sent) in [
        ("unsigned", Sent { method: Method::POST, body: body.to_vec(), ..Sent::get(PATH) }),
        ("without an id", honest().without("webhook-id")),
        ("without a time", honest().without("webhook-timestamp")),
        ("altered", altered),
        ("of another key", signed(other, "msg_1", now, body)),
        ("under another id", honest().header("webhook-id", "msg_2")),
        ("at another time", honest().header("webhook-timestamp", &(now + 1).to_string())),
        ("old", signed(SECRET, "msg_1", now - 301, body)),
        ("from the future", signed(SECRET, "msg_1", now + 301, body)),
    ] {
        let answer = tell(&stage, sent).await;
        assert_eq!(answer.status, 401, "{what}: {answer:?}");
    }
    assert_eq!(stage.studio.fingerprint(&[]).await, before);
}

#[tokio::test]
async fn ten_megabytes_and_nonsense_are_refused_also_when_they_are_signed() {
    let stage = Stage::open().await;
    let before = stage.studio.fingerprint(&[]).await;
    let huge = [br#"{"id": ""#.as_slice(), &vec![b'x'; 10 << 20], br#""}"#].concat();
    assert_eq!(tell(&stage, message(&stage.studio, "msg_huge", &huge)).await.status, 413);
    let long = format!(r#"{{"id": "{}"}}"#, "x".repeat(101));
    for nonsense in ["", "{", "[]", r#"{"id": ""}"#, r#"{"id": 7}"#, r#"{"id": "a\u0000b"}"#, &long] {
        assert_eq!(tell(&stage, message(&stage.studio, "msg_odd", nonsense.as_bytes())).await.status, 400, "{nonsense}");
    }
    assert_eq!(stage.studio.fingerprint(&[]).await, before);
}

#[tokio::test]
async fn a_message_counts_once_and_its_own_state_is_not_believed() {
    let stage = Stage::open().await;
    let made = running(&stage).await;
    for _ in 0..3 {
        tell(&stage, message(&stage.studio, "msg_1", br#"{"id": "trn_1", "status": "failed", "error": "says somebody"}"#)).await.must(204);
    }
    assert_eq!(stage.studio.jobs().await, ["lora.hear"], "the same message asks once");
    stage.studio.run_jobs().await;
    // The service does not know of it at all; what a message says of its state changes nothing.
    assert_eq!(stage.studio.of_model(made.id, "status").await, "training");
    tell(&stage, message(&stage.studio, "msg_2", br#"{"id": "nobody's", "status": "succeeded"}"#)).await.must(204);
    stage.studio.run_jobs().await;
    assert_eq!(stage.studio.of_model(made.id, "status").await, "training");
}

/// The studio on a socket of its own, that the service can reach.
async fn open_to_the_world() -> (Stage, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let stage = Stage::telling(Some(format!("http://{}{PATH}", listener.local_addr().unwrap()))).await;
    let service = stage.studio.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    (stage, serving)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_once_thrice_backwards_late_or_never_the_end_is_the_same() {
    let (stage, serving) = open_to_the_world().await;
    let mut sam = stage.support().await;
    let posts = [Post::Once, Post::Again, Post::Backwards, Post::Late(Duration::from_millis(700)), Post::Never];
    for (at, post) in posts.into_iter().enumerate() {
        stage.service.post(post);
        let made = model(&stage.studio, "failed", "timeout").await;
        retry(&mut sam, made.id, &[]).await.must(303);
        let heard = stage.studio.number("select count(*) from backlot.inbox").await;
        stage.studio.run_jobs().await;
        tokio::time::sleep(Duration::from_millis(900)).await;
        stage.studio.run_jobs().await;
        assert_eq!(stage.studio.of_model(made.id, "status").await, "ready", "{post:?}");
        assert_eq!(stage.studio.of_attempts(made.id, "log_lines").await, "0 17", "{post:?}");
        let new = stage.studio.number("select count(*) from backlot.inbox").await - heard;
        assert_eq!(new, if post == Post::Never { 0 } else { 2 }, "{post:?}: each message is kept once");
        assert_eq!(stage.service.begun(), at + 1);
    }
    serving.abort();
}
