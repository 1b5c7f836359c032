//! A balancer in front of several servers: each request to the next one in turn, whoever asked before; what breaks off before it is
//! answered goes to another.
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, Response, StatusCode, header};
use reqwest::Client;
use reqwest::redirect::Policy;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Of so many answers to forms one is lost on its way, as when a line breaks after the commit.
const CUT: u64 = 10;
/// Longer than a server takes to give a request up itself: 30 seconds.
const LIMIT: Duration = Duration::from_secs(40);

/// What the balancer has seen.
#[derive(Default)]
pub struct Seen {
    pub asked: AtomicU64,
    /// Went to another server, because the first did not answer.
    pub again: AtomicU64,
    /// Went to another server, because the answer of the first was lost on its way: what was asked had happened.
    pub cut: AtomicU64,
    /// Were answered by no server.
    pub lost: AtomicU64,
    /// Did not come to an end in time.
    pub hung: AtomicU64,
    /// Milliseconds that one server took at most.
    pub longest: AtomicU64,
}

/// The balancer.
#[derive(Clone)]
pub struct Proxy {
    http: Client,
    places: Arc<[String]>,
    turn: Arc<AtomicUsize>,
    forms: Arc<AtomicU64>,
    pub seen: Arc<Seen>,
}

impl Proxy {
    /// In front of servers that listen there.
    pub fn new(places: &[String]) -> Self {
        let http = Client::builder().redirect(Policy::none()).timeout(LIMIT).connect_timeout(Duration::from_secs(2)).build().unwrap();
        Self { http, places: places.into(), turn: Arc::default(), forms: Arc::default(), seen: Arc::default() }
    }

    /// As whoever sends requests sees it.
    pub fn router(&self) -> Router {
        Router::new().fallback(pass).with_state(self.clone())
    }

    /// Whether this answer to a form is lost.
    fn cuts(&self) -> bool {
        self.forms.fetch_add(1, Ordering::Relaxed) % CUT == CUT - 1
    }

    /// One server's whole answer, or why there is none.
    async fn ask(&self, place: &str, parts: &Parts, body: &Bytes) -> reqwest::Result<Response<Body>> {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let asked = self.http.request(parts.method.clone(), format!("http://{place}{path}"));
        let began = Instant::now();
        let answer = async {
            let answer = asked.headers(parts.headers.clone()).body(body.clone()).send().await?;
            let (status, mut headers) = (answer.status(), answer.headers().clone());
            headers.remove(header::TRANSFER_ENCODING);
            Ok((status, headers, answer.bytes().await?))
        }
        .await;
        self.seen.longest.fetch_max(u64::try_from(began.elapsed().as_millis()).unwrap(), Ordering::Relaxed);
        answer.map(|(status, headers, bytes)| {
            let mut response = Response::new(Body::from(bytes));
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            response
        })
    }
}

async fn pass(State(proxy): State<Proxy>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    proxy.seen.asked.fetch_add(1, Ordering::Relaxed);
    let first = proxy.turn.fetch_add(1, Ordering::Relaxed);
    for at in 0..proxy.places.len() {
        let place = &proxy.places[(first + at) % proxy.places.len()];
        match proxy.ask(place, &parts, &body).await {
            Ok(_) if at == 0 && parts.method == Method::POST && proxy.cuts() => proxy.seen.cut.fetch_add(1, Ordering::Relaxed),
            Ok(answer) => return answer,
            Err(error) if error.is_timeout() && !error.is_connect() => proxy.seen.hung.fetch_add(1, Ordering::Relaxed),
            Err(_) => proxy.seen.again.fetch_add(1, Ordering::Relaxed),
        };
    }
    proxy.seen.lost.fetch_add(1, Ordering::Relaxed);
    let mut response = Response::new(Body::from("no server answers"));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response
}
