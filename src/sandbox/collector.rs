//! A collector that keeps what it is sent, and can be told to misbehave.
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// How the collector behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    Accepting,
    /// Answers 500 and keeps nothing.
    Failing,
    /// Keeps everything and answers late.
    Slow(Duration),
    /// Keeps everything and breaks the line in the middle of its answer.
    Cutting,
    /// Answers 400 to a batch with an event of this name.
    Refusing(String),
}

/// An event as it arrived.
#[derive(Debug, Clone, Deserialize)]
pub struct Received {
    pub uuid: Uuid,
    pub event: String,
    pub distinct_id: String,
    pub properties: Value,
    pub timestamp: jiff::Timestamp,
}

#[derive(Deserialize)]
struct Batch {
    api_key: String,
    batch: Vec<Received>,
}

struct Desk {
    key: String,
    mode: Mode,
    received: Vec<Received>,
    requests: usize,
}

/// A running collector. It stops when dropped.
pub struct Collector {
    address: SocketAddr,
    desk: Arc<Mutex<Desk>>,
    server: JoinHandle<io::Result<()>>,
}

impl Collector {
    /// Opens on a free port of this machine, for the project with this key.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start(key: &str) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let desk = Desk { key: key.into(), mode: Mode::Accepting, received: Vec::new(), requests: 0 };
        let desk = Arc::new(Mutex::new(desk));
        let app = Router::new().route("/batch/", post(take)).with_state(desk.clone());
        let server = tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { address, desk, server })
    }

    /// What a client is given as its host.
    #[must_use]
    pub fn host(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How it behaves from now on.
    pub fn set(&self, mode: Mode) {
        open(&self.desk).mode = mode;
    }

    /// Everything in the order of arrival, repetitions too.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        open(&self.desk).received.clone()
    }

    /// How often it was asked, in vain or not.
    #[must_use]
    pub fn requests(&self) -> usize {
        open(&self.desk).requests
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn open(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn take(State(desk): State<Arc<Mutex<Desk>>>, Json(batch): Json<Batch>) -> Response {
    let mode = {
        let mut desk = open(&desk);
        desk.requests += 1;
        if batch.api_key != desk.key {
            return (StatusCode::UNAUTHORIZED, "unknown project").into_response();
        }
        match &desk.mode {
            Mode::Failing => return (StatusCode::INTERNAL_SERVER_ERROR, "out of order").into_response(),
            Mode::Refusing(name) if batch.batch.iter().any(|event| event.event == *name) => {
                return (StatusCode::BAD_REQUEST, "not that event").into_response();
            }
            _ => desk.received.extend(batch.batch),
        }
        desk.mode.clone()
    };
    match mode {
        Mode::Slow(pause) => tokio::time::sleep(pause).await,
        Mode::Cutting => {
            let half = [Ok("{\"sta"), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
            return Body::from_stream(futures::stream::iter(half)).into_response();
        }
        _ => {}
    }
    Json(json!({ "status": "Ok" })).into_response()
}
