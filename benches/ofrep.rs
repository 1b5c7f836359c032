//! How quickly the platform is answered, and how quickly a change is seen through each of three servers.
//!
//! Rates stand as a share of what a bare axum handler does in the same run, over fifty flags in memory, with the same question and the
//! asking program beside it: `cargo bench --bench ofrep`; `-- --seconds 2` is a quick look.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_types,
    reason = "a measurement that cannot go on has failed"
)]

mod common;
mod fleet;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::post;
use axum::{Json, Router};
use common::Server;
use fleet::{Fleet, TOKEN};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const CONNECTIONS: usize = 32;
const ROUNDS: usize = 3;
const QUESTION: &str = r#"{"context":{"targetingKey":"0192f000-0000-7000-8000-00000000000a","tier":"pro"}}"#;

/// A question as it goes over the wire.
fn question(path: &str, more: &str) -> Vec<u8> {
    let length = QUESTION.len();
    format!("POST {path} HTTP/1.1\r\nHost: backlot\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n{more}Content-Length: {length}\r\n\r\n{QUESTION}")
        .into_bytes()
}

/// Asks again and again over one connection; each answer's time in milliseconds.
async fn ask(address: String, question: Vec<u8>, expected: &'static [u8], until: Instant) -> Vec<f64> {
    let mut stream = TcpStream::connect(&address).await.expect("the server listens");
    stream.set_nodelay(true).expect("a socket takes its options");
    let (mut buffer, mut times) = (vec![0; 1 << 18], Vec::new());
    while Instant::now() < until {
        let began = Instant::now();
        stream.write_all(&question).await.expect("the server reads");
        let mut filled = 0;
        while !is_whole(&buffer[..filled]) {
            let read = stream.read(&mut buffer[filled..]).await.expect("the server answers");
            assert!(read > 0, "the server hung up");
            filled += read;
        }
        assert_eq!(&buffer[9..12], expected, "{}", String::from_utf8_lossy(&buffer[..filled.min(400)]));
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    times
}

fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).and_then(|text| text.parse().ok()).unwrap_or(0);
    answer.len() >= end + 4 + length
}

/// The median of three rounds, by their p99: requests a second, p50 and p99.
async fn rounds(address: &str, question: &[u8], expected: &'static [u8], seconds: f64) -> (f64, f64, f64) {
    let mut rounds = Vec::new();
    for _ in 0..=ROUNDS {
        let until = Instant::now() + Duration::from_secs_f64(seconds);
        let asking: Vec<_> = (0..CONNECTIONS).map(|_| tokio::spawn(ask(address.to_owned(), question.to_vec(), expected, until))).collect();
        let mut times = Vec::new();
        for one in asking {
            times.extend(one.await.expect("a connection holds"));
        }
        times.sort_by(f64::total_cmp);
        rounds.push((times.len() as f64 / seconds, at(&times, 0.5), at(&times, 0.99)));
    }
    // The first is for warming up.
    rounds.remove(0);
    rounds.sort_by(|left, right| left.2.total_cmp(&right.2));
    rounds[ROUNDS / 2]
}

fn at(times: &[f64], share: f64) -> f64 {
    times[((times.len() - 1) as f64 * share) as usize]
}

/// Axum over fifty flags in memory and nothing around it.
fn bare() -> String {
    let (say, hear) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let flags: Arc<HashMap<String, bool>> = Arc::new((0..50).map(|n| (format!("bench_{n}"), n % 2 == 0)).collect());
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            say.send(listener.local_addr().expect("an address").to_string()).expect("somebody waits for it");
            axum::serve(listener, Router::new().route("/{key}", post(evaluate)).with_state(flags)).await
        })
    });
    hear.recv().expect("the bare server starts")
}

async fn evaluate(State(flags): State<Arc<HashMap<String, bool>>>, Path(key): Path<String>, body: Bytes) -> Json<Value> {
    let asked: Value = serde_json::from_slice(&body).expect("JSON");
    let value = flags.get(&key).copied().unwrap_or_default() && asked["context"]["targetingKey"].is_string();
    Json(json!({ "key": key, "value": value, "reason": "STATIC", "variant": "on" }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let given: Vec<String> = std::env::args().collect();
    let seconds = given.iter().position(|word| word == "--seconds").and_then(|at| given.get(at + 1)?.parse().ok()).unwrap_or(5.0);
    let data = std::env::temp_dir().join("backlot-bench-ofrep");
    let server = Server::start(5_000, &data);
    fleet::fifty_flags(&data).await;
    let all = "/ofrep/v1/evaluate/flags";
    let etag = fleet::etag(&server.address, &question(all, "")).await;
    let (most, half, slow) = rounds(&bare(), &question("/bench_7", ""), b"200", seconds).await;
    println!("| question, {CONNECTIONS} connections | requests/s | of the bare rate | p50 ms | p99 ms |\n|---|---:|---:|---:|---:|");
    println!("| a bare handler over fifty flags, for comparison | {most:.0} | 100 % | {half:.2} | {slow:.2} |");
    for (name, question, expected) in [
        ("one flag", question(&format!("{all}/bench_7"), ""), b"200"),
        ("all fifty", question(all, ""), b"200"),
        ("all fifty, nothing new", question(all, &format!("If-None-Match: {etag}\r\n")), b"304"),
    ] {
        let (rate, half, slow) = rounds(&server.address, &question, expected, seconds).await;
        println!("| {name} | {rate:.0} | {:.0} % | {half:.2} | {slow:.2} |", rate / most * 100.0);
    }
    let mut fleet = Fleet::start(&server, &data).await;
    println!("\n| a change, until it is seen | p50 ms | p99 ms | longest ms |\n|---|---:|---:|---:|");
    for (name, mut times) in fleet.changes(100).await {
        times.sort_by(f64::total_cmp);
        println!("| {name} | {:.1} | {:.1} | {:.1} |", at(&times, 0.5), at(&times, 0.99), at(&times, 1.0));
    }
}
