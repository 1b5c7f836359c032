//! A browser: keeps cookies, sends forms as they stand on the page, follows nothing by itself.
use super::{Answer, Filled};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use tower::ServiceExt;

/// Where people reach the studio: over TLS, so that cookies are as strict as they get.
pub const HOST: &str = "backlot.example";

/// A browser; a clone shares nothing with its original but what it had until then.
#[derive(Clone)]
pub struct Browser {
    pub router: Router,
    pub jar: BTreeMap<String, String>,
    pub address: SocketAddr,
    proofs: Vec<String>,
    /// A page where this browser gets a fresh proof.
    home: &'static str,
}

/// A request in the making, to be sent exactly as it is.
pub struct Sent {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Sent {
    pub fn get(path: &str) -> Self {
        Self { method: Method::GET, path: path.to_owned(), headers: HeaderMap::new(), body: Vec::new() }
    }

    /// A form, as a browser sends it from a page of the same site.
    pub fn form(path: &str, fields: &[(&str, &str)]) -> Self {
        let body = serde_urlencoded::to_string(fields).unwrap().into_bytes();
        Self { method: Method::POST, path: path.to_owned(), headers: HeaderMap::new(), body }
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("referer", &format!("https://{HOST}{path}"))
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(HeaderName::try_from(name).unwrap(), HeaderValue::from_str(value).unwrap());
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }
}

/// A stream of events that is being listened to.
pub struct Stream(axum::body::BodyDataStream, String);

impl Stream {
    /// The next event, as it is sent.
    pub async fn next(&mut self) -> String {
        use futures::StreamExt;
        loop {
            if let Some((event, rest)) = self.1.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.1 = rest;
                return event;
            }
            let piece = tokio::time::timeout(std::time::Duration::from_secs(10), self.0.next()).await.expect("an event comes");
            self.1.push_str(&String::from_utf8_lossy(&piece.expect("the stream goes on").unwrap()));
        }
    }
}

impl Browser {
    /// One that has never been here.
    pub fn new(router: Router) -> Self {
        Self { router, jar: BTreeMap::new(), address: SocketAddr::from(([127, 0, 0, 1], 50_000)), proofs: Vec::new(), home: "/sign-in" }
    }

    /// From another address.
    pub fn at(mut self, address: [u8; 4]) -> Self {
        self.address = SocketAddr::from((address, 50_000));
        self
    }

    /// It is inside now.
    pub fn inside(mut self) -> Self {
        self.home = "/admin/search";
        self.proofs.clear();
        self
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Sent::get(path)).await
    }

    /// Asks for a page and only glances at it: nothing on it is read or kept.
    pub async fn glance(&self, path: &str) -> Answer {
        self.exchange(Sent::get(path)).await
    }

    /// Sends fields with a fresh proof of this browser's own.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let proof = self.proof().await;
        let fields: Vec<_> = fields.iter().copied().chain([("_proof", proof.as_str())]).collect();
        self.send(Sent::form(path, &fields)).await
    }

    /// Sends a form of a page.
    pub async fn submit(&mut self, form: &Filled) -> Answer {
        let fields: Vec<_> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.proofs.retain(|proof| proof != form.value("_proof"));
        self.send(Sent::form(&form.action, &fields)).await
    }

    /// A proof that no form has used yet.
    pub async fn proof(&mut self) -> String {
        if self.proofs.is_empty() {
            self.get(self.home).await;
        }
        self.proofs.pop().expect("a page with a form")
    }

    /// Sends exactly this, and keeps the cookies that come back.
    pub async fn send(&mut self, sent: Sent) -> Answer {
        let answer = self.exchange(sent).await;
        for line in answer.headers.get_all(header::SET_COOKIE) {
            self.keep(line.to_str().unwrap());
        }
        let proofs = answer.proofs();
        if !proofs.is_empty() {
            self.proofs = proofs;
        }
        answer
    }

    async fn exchange(&self, sent: Sent) -> Answer {
        let asked = format!("{} {}", sent.method, sent.path);
        let response = self.router.clone().oneshot(self.request(sent)).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = String::from_utf8_lossy(&to_bytes(body, usize::MAX).await.unwrap()).into_owned();
        Answer { asked, status: parts.status, headers: parts.headers, text }
    }

    /// A file, byte by byte.
    pub async fn file(&self, path: &str) -> Vec<u8> {
        let response = self.router.clone().oneshot(self.request(Sent::get(path))).await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()
    }

    /// Opens a stream of events.
    pub async fn listen(&self, path: &str) -> Stream {
        let response = self.router.clone().oneshot(self.request(Sent::get(path))).await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        Stream(response.into_body().into_data_stream(), String::new())
    }

    fn request(&self, sent: Sent) -> Request<Body> {
        let mut request = Request::builder().method(sent.method).uri(sent.path).body(Body::from(sent.body)).unwrap();
        *request.headers_mut() = sent.headers;
        let cookies: Vec<_> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, HeaderValue::from_str(&cookies.join("; ")).unwrap());
        }
        request.headers_mut().entry(header::HOST).or_insert(HeaderValue::from_static(HOST));
        request.extensions_mut().insert(ConnectInfo(self.address));
        request
    }

    fn keep(&mut self, line: &str) {
        let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
        let (name, value) = pair.split_once('=').expect("a cookie with a value");
        for must in ["HttpOnly", "SameSite=Lax", "Path=/", "Secure"] {
            assert!(attributes.contains(must) || attributes.contains("Max-Age=0"), "{line} is not {must}");
        }
        if attributes.contains("Max-Age=0") {
            self.jar.remove(name);
        } else {
            self.jar.insert(name.to_owned(), value.to_owned());
        }
    }

    /// The value of the session's cookie.
    pub fn cookie(&self) -> &str {
        self.jar.get("__Host-backlot").map_or("", String::as_str)
    }
}
