//! Messages about trainings: signed as the specification has it, and delivered as the world does it: late, twice, in any order.
use super::Inside;
use crate::kernel::{Clock, id};
use serde_json::Value;
use std::time::Duration;

/// How messages travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Post {
    Once,
    /// Each three times.
    Again,
    /// What was told first arrives last.
    Backwards,
    /// Only after so long.
    Late(Duration),
    Never,
}

/// How long the first message waits when they arrive backwards.
const BACKWARDS: Duration = Duration::from_millis(400);

/// Tells whoever asked to be told, in the state that the training is in now.
pub(super) async fn tell(inside: &Inside, training: &str, event: &str) {
    let (post, told) = {
        let desk = inside.open();
        let run = desk.trainings.get(training);
        (desk.post, run.and_then(|run| run.webhook.clone().map(|place| (place, run.told()))))
    };
    let Some((place, told)) = told else { return };
    match post {
        Post::Never => return,
        Post::Late(pause) => tokio::time::sleep(pause).await,
        Post::Backwards if event == "start" => {
            // It does not keep what comes after it waiting.
            let (http, signed) = (inside.http.clone(), signed(inside, &told));
            tokio::spawn(async move {
                tokio::time::sleep(BACKWARDS).await;
                send(&http, &place, &signed).await;
            });
            return;
        }
        Post::Once | Post::Again | Post::Backwards => {}
    }
    let signed = signed(inside, &told);
    for _ in 0..if post == Post::Again { 3 } else { 1 } {
        send(&inside.http, &place, &signed).await;
    }
}

struct Signed {
    id: String,
    timestamp: i64,
    signature: String,
    body: Vec<u8>,
}

fn signed(inside: &Inside, told: &Value) -> Signed {
    let (id, timestamp, body) = (format!("msg_{}", id::new().simple()), Clock::system().now().as_second(), told.to_string().into_bytes());
    Signed { signature: inside.keys.sign(&id, timestamp, &body), id, timestamp, body }
}

/// Five times at most, with growing pauses, until somebody says that it has arrived.
async fn send(http: &reqwest::Client, place: &str, signed: &Signed) {
    for attempt in 0..5_u32 {
        let request = http
            .post(place)
            .header("content-type", "application/json")
            .header("webhook-id", &signed.id)
            .header("webhook-timestamp", signed.timestamp.to_string())
            .header("webhook-signature", &signed.signature);
        let arrived = request.body(signed.body.clone()).send().await.is_ok_and(|answer| !answer.status().is_server_error());
        if arrived {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200) * 2_u32.pow(attempt)).await;
    }
}
