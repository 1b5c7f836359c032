//! The chat, over real HTTP: told when an alert begins and when it ends, once each, however long the receiver was away.
use super::{ask, look, open, quiet};
use crate::support::{Studio, server};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use backlot::gateways::chat::Chat;
use backlot::gateways::watch::Calls;
use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

#[derive(Clone, Default)]
struct Receiver {
    /// What was said, with the key of each.
    said: Arc<Mutex<Vec<(String, String)>>>,
    status: Arc<Mutex<Option<u16>>>,
    asked: Arc<Mutex<usize>>,
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, Json(body): Json<Value>) -> (StatusCode, &'static str) {
    *receiver.asked.lock().unwrap() += 1;
    if let Some(status) = *receiver.status.lock().unwrap() {
        return (StatusCode::from_u16(status).unwrap(), "out of order");
    }
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    receiver.said.lock().unwrap().push((body["text"].as_str().unwrap().to_owned(), key));
    (StatusCode::OK, "ok")
}

impl Receiver {
    async fn start() -> (Self, Chat) {
        server::with_tls();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/services/secret", listener.local_addr().unwrap());
        let receiver = Self::default();
        let app = Router::new().route("/services/secret", post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        (receiver, Chat::new(&url.into(), "https://backlot.example/", &Calls::default()).unwrap())
    }

    fn said(&self) -> Vec<(String, String)> {
        self.said.lock().unwrap().clone()
    }
}

const DEAD: &str = "insert into backlot.jobs (id, name, payload, max_attempts, state, attempt, last_error, finished_at)
    values (gen_random_uuid(), 'users.end_sessions', '{}', 3, 'dead', 3, 'away & <gone>', now())";

async fn told(studio: &Studio) {
    let open = "select count(*) from backlot.jobs where finished_at is null and name in ('alerts.evaluate', 'mail.send', 'alerts.say')";
    for _ in 0..500 {
        if studio.number(open).await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nobody was told: {:?}", studio.jobs().await);
}

#[tokio::test]
async fn the_chat_is_told_that_it_begins_and_that_it_ends() {
    let (receiver, chat) = Receiver::start().await;
    let studio = quiet(Studio::with_chat(chat).await).await;
    studio.run(DEAD).await;
    ask(&studio, 1).await;
    studio.work(async || told(&studio).await).await;
    let alert = studio.text("select id::text from backlot.alerts").await;
    let said = receiver.said();
    assert_eq!(said.len(), 1, "{said:?}");
    let expected =
        format!("Warning: Dead jobs\nDead jobs: 1 died, and nobody has looked at them\nhttps://backlot.example/admin/alerts/{alert}");
    assert_eq!(said[0], (expected, format!("alerts.say:{alert}:fired")));
    studio.run("delete from backlot.jobs where state = 'dead'").await;
    ask(&studio, 1).await;
    studio.work(async || told(&studio).await).await;
    let said = receiver.said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[1].0.starts_with("Cleared: Dead jobs\n") && said[1].1.ends_with(":cleared"), "{said:?}");
    studio.jobs().await;
}

#[tokio::test]
async fn a_chat_that_is_away_is_told_later_and_once() {
    let (receiver, chat) = Receiver::start().await;
    let studio = quiet(Studio::with_chat(chat).await).await;
    *receiver.status.lock().unwrap() = Some(503);
    studio.run(DEAD).await;
    look(&studio).await;
    studio
        .work(async || {
            while *receiver.asked.lock().unwrap() < 3 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
    assert_eq!((open(&studio).await.as_str(), receiver.said().len()), ("dead_jobs", 0));
    *receiver.status.lock().unwrap() = None;
    studio.run("update backlot.jobs set run_at = now() where name = 'alerts.say' and state = 'waiting'").await;
    studio.work(async || told(&studio).await).await;
    look(&studio).await;
    studio.work(async || told(&studio).await).await;
    assert_eq!(receiver.said().len(), 1, "{:?}", receiver.said());
    studio.jobs().await;
}

#[tokio::test]
async fn a_channel_that_is_gone_is_not_asked_for_ever() {
    let (receiver, chat) = Receiver::start().await;
    let studio = quiet(Studio::with_chat(chat).await).await;
    *receiver.status.lock().unwrap() = Some(404);
    studio.run(DEAD).await;
    ask(&studio, 1).await;
    studio.work(async || told(&studio).await).await;
    let why = studio.text("select last_error from backlot.jobs where name = 'alerts.say' and state = 'dead'").await;
    assert!(why.contains("the chat answered 404") && !why.contains("secret"), "{why}");
    studio.jobs().await;
}
