//! Three servers over one database, and an admin who changes a flag at one of them.
use crate::common::{Line, Server, proof, status, url};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What the demo prints for the platform; the other servers are told the same.
pub const TOKEN: &str = "the-demo-platform-asks-for-flags";
const FLAG: &str = "beta_features";
const USER: &str = "0192f000-0000-7000-8000-00000000000a";

/// The servers, and the admin's connection to the first.
pub struct Fleet {
    admin: Line,
    addresses: Vec<String>,
    others: Vec<Child>,
}

/// Flags beside those of the demo.
pub async fn fifty_flags(data: &Path) {
    let pool = sqlx::PgPool::connect(&url(data, "owner")).await.expect("the database is there");
    let sql = "insert into backlot.feature_flags (name, type, enabled, config, salt)
               select 'bench_' || n, 'percentage', true, '{\"percentage\": 25}', 'bench_' || n from generate_series(0, 49) n on conflict do nothing";
    sqlx::query(sql).execute(&pool).await.expect("flags are made");
    let user = "insert into platform.users (id, email, name) values ($1::uuid, 'bench@example.com', 'Bench') on conflict do nothing";
    sqlx::query(user).bind(USER).execute(&pool).await.expect("somebody to set a flag for");
    tokio::time::sleep(Duration::from_secs(2)).await;
}

/// The validator of an answer.
pub async fn etag(address: &str, question: &[u8]) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("the server listens");
    stream.write_all(question).await.expect("it reads");
    let mut buffer = vec![0; 4096];
    let read = stream.read(&mut buffer).await.expect("it answers");
    let head = String::from_utf8_lossy(&buffer[..read]).into_owned();
    head.lines().find_map(|line| line.strip_prefix("etag: ")).expect("an answer with a validator").to_owned()
}

impl Fleet {
    /// Two servers beside the first, over its database.
    pub async fn start(first: &Server, data: &Path) -> Self {
        let (mut addresses, mut others) = (vec![first.address.clone()], Vec::new());
        for _ in 0..2 {
            let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
            let address = format!("127.0.0.1:{port}");
            others.push(another(data, &address));
            addresses.push(address);
        }
        for address in &addresses {
            while tokio::net::TcpStream::connect(address).await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        let admin = first.sign_in().await;
        Self { admin, addresses, others }
    }

    /// So many changes; how long after the click each server answers with the new value, in milliseconds.
    pub async fn changes(&mut self, count: usize) -> Vec<(String, Vec<f64>)> {
        let mut seen: Vec<(String, Vec<f64>)> =
            (1..=self.addresses.len()).map(|n| (format!("through server {n} of 3"), Vec::new())).collect();
        let mut all = Vec::new();
        for n in 0..count {
            let (on, path) = (n % 2 == 0, format!("/admin/features/{FLAG}/overrides"));
            let (_, _, page) = self.admin.ask("GET", &path, "").await;
            let form = format!(
                "users={USER}&value={}&reason=measured&_proof={}",
                if on { "on" } else { "off" },
                proof(page.split("action=\"/admin/features").nth(1).expect("the form"))
            );
            let clicked = Instant::now();
            let watching: Vec<_> = self.addresses.iter().map(|address| tokio::spawn(until(address.clone(), on, clicked))).collect();
            let (status, ..) = self.admin.ask("POST", &path, &form).await;
            assert_eq!(status, 303, "the change is made");
            let mut longest = 0.0_f64;
            for (at, watch) in watching.into_iter().enumerate() {
                let took = watch.await.expect("it is seen");
                seen[at].1.push(took);
                longest = longest.max(took);
            }
            all.push(longest);
        }
        seen.push(("through all three".into(), all));
        seen
    }
}

/// A server as it runs outside the demo.
fn another(data: &Path, address: &str) -> Child {
    let file = |name: &str| data.join(name).display().to_string();
    Command::new(env!("CARGO_BIN_EXE_backlot"))
        .args(["serve", "--environment", "staging", "--listen", address, "--public-url", &format!("http://{address}")])
        .args([
            "--database-url",
            &url(data, "app"),
            "--reader-database-url",
            &url(data, "reader"),
            "--sealer-database-url",
            &url(data, "sealer"),
        ])
        .args(["--secret-key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "--platform-tokens", TOKEN])
        .args(["--audit-key-file", &file("audit.key"), "--audit-anchor-file", &file("audit-anchor.jsonl"), "--log", "error"])
        .stdout(Stdio::null())
        .spawn()
        .expect("another server starts")
}

/// Asks until the flag has a value; how long after the click that was.
async fn until(address: String, on: bool, clicked: Instant) -> f64 {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let body = format!(r#"{{"context":{{"targetingKey":"{USER}"}}}}"#);
    let question = format!(
        "POST /ofrep/v1/evaluate/flags/{FLAG} HTTP/1.1\r\nHost: backlot\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let wanted = format!("\"value\":{on}");
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("the server listens");
    let mut buffer = vec![0; 4096];
    loop {
        stream.write_all(question.as_bytes()).await.expect("it reads");
        let read = stream.read(&mut buffer).await.expect("it answers");
        assert_eq!(status(&buffer), 200);
        if String::from_utf8_lossy(&buffer[..read]).contains(&wanted) {
            return clicked.elapsed().as_secs_f64() * 1000.0;
        }
        assert!(clicked.elapsed() < Duration::from_secs(10), "a change is not seen");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for other in &mut self.others {
            let _ = Command::new("kill").args(["-TERM", &other.id().to_string()]).status();
            let _ = other.wait();
        }
    }
}
