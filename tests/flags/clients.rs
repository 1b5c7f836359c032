//! The stock OpenFeature clients, against the real server over real HTTP.
use crate::support::stock::{client, served};
use crate::support::{ADA, BEN, Studio};
use backlot::kernel::Role;
use backlot::live::bucket::bucket;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

/// Asks with a client that answers and ends.
async fn answers(program: &str, script: &str, questions: &Value) -> Vec<Value> {
    let studio = Studio::open().await;
    let endpoint = served(&studio).await;
    let told = client(program, script, &endpoint).env("QUESTIONS", questions.to_string()).output().await.unwrap();
    assert!(told.status.success(), "{script}: {told:?}");
    String::from_utf8(told.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn one_at_a_time(program: &str, script: &str) {
    let (ada, ben) = (ADA.to_string(), BEN.to_string());
    let drawn = bucket("new_studio_ui", &ben) < 25_000;
    let questions = json!([
        ["video_generation", ben, "free"],
        ["off_flag", ben, "free"],
        ["hd_mode_enabled", ben, "pro"],
        ["hd_mode_enabled", ben, "free"],
        ["new_studio_ui", ada, "pro"],
        ["new_studio_ui", ben, "free"],
        ["no_such_flag", ben, "free"]
    ]);
    let told = answers(program, script, &questions).await;
    let expected = [
        ("video_generation", true, "STATIC", "always"),
        ("off_flag", false, "DISABLED", "off"),
        ("hd_mode_enabled", true, "TARGETING_MATCH", "tier"),
        ("hd_mode_enabled", false, "TARGETING_MATCH", "tier"),
        ("new_studio_ui", true, "TARGETING_MATCH", "override"),
        ("new_studio_ui", drawn, "SPLIT", "bucket"),
    ];
    for (told, (key, value, reason, kind)) in told.iter().zip(expected) {
        assert_eq!((&told["key"], &told["value"], &told["reason"]), (&json!(key), &json!(value), &json!(reason)), "{told}");
        assert_eq!((&told["variant"], &told["kind"]), (&json!(if value { "on" } else { "off" }), &json!(kind)), "{told}");
        assert!(told["errorCode"].is_null(), "{told}");
    }
    assert_eq!((&told[6]["value"], &told[6]["errorCode"]), (&json!(false), &json!("FLAG_NOT_FOUND")), "the default, and why: {}", told[6]);
}

#[tokio::test]
#[ignore = "needs stock clients: scripts/test runs it"]
async fn the_server_provider_of_javascript_is_answered() {
    one_at_a_time("node", "server.mjs").await;
}

#[tokio::test]
#[ignore = "needs stock clients: scripts/test runs it"]
async fn the_provider_of_python_is_answered() {
    one_at_a_time("python3", "client.py").await;
}

/// What the web client says.
struct Web {
    _child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Web {
    async fn says(&mut self, what: &str) -> Value {
        loop {
            let line = tokio::time::timeout(Duration::from_secs(20), self.lines.next_line()).await.expect("the web client says something");
            let told: Value = serde_json::from_str(&line.unwrap().expect("it has not ended")).unwrap();
            if told["what"] == what {
                return told["studio"]["value"].clone();
            }
        }
    }
}

#[tokio::test]
#[ignore = "needs stock clients: scripts/test runs it"]
async fn the_web_provider_follows_a_change_and_a_change_of_tier() {
    let studio = Studio::open().await;
    let endpoint = served(&studio).await;
    let mut child = client("node", "web.mjs", &endpoint).env("USER_ID", BEN.to_string()).spawn().unwrap();
    let mut web = Web { lines: BufReader::new(child.stdout.take().unwrap()).lines(), _child: child };
    assert_eq!(web.says("pro").await, true);
    assert_eq!(web.says("free").await, false, "another tier is another answer, whatever validator the client still holds");
    web.says("ready").await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let clicked = Instant::now();
    olga.post("/admin/features/hd_mode_enabled/kill", &[]).await.must(303);
    assert_eq!(web.says("changed").await, false, "it is told, and asks again");
    println!("the stock web client shows a change {} ms after the click", clicked.elapsed().as_millis());
}
