//! How quick the pages are under load: starts the server on a demo studio, signs in, and asks over eight connections.
//!
//! `cargo bench --bench load` fills a studio of 1,000,000 people the first time (minutes) and keeps it;
//! `-- --users 5000 --seconds 2` is a quick look, `-- --data FOLDER` says where it is kept, `-- --only "user page"` measures
//! what is called so.
#![allow(clippy::expect_used, clippy::print_stdout, clippy::print_stderr, reason = "a measurement that cannot go on has failed")]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CONNECTIONS: usize = 8;
const ROUNDS: usize = 3;

struct Wishes {
    users: u32,
    seconds: f64,
    data: PathBuf,
    only: Option<String>,
}

impl Wishes {
    fn read() -> Self {
        let given: Vec<String> = std::env::args().collect();
        let after = |name: &str| given.iter().position(|word| word == name).and_then(|at| given.get(at + 1)).cloned();
        let users = after("--users").and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
        let folder = std::env::temp_dir().join(format!("backlot-bench-{users}"));
        Self {
            users,
            seconds: after("--seconds").and_then(|text| text.parse().ok()).unwrap_or(5.0),
            data: after("--data").map_or(folder, PathBuf::from),
            only: after("--only"),
        }
    }
}

/// The server, and the way in that it prints.
struct Server {
    child: Child,
    address: String,
    link: String,
}

impl Server {
    fn start(wishes: &Wishes) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_backlot"))
            .args(["serve", "--listen", "127.0.0.1:0", "--demo-users", &wishes.users.to_string(), "--data"])
            .arg(&wishes.data)
            .env("BACKLOT_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output is ours")).lines().map_while(Result::ok);
        let link = lines
            .find_map(|line| line.split_whitespace().find(|word| word.contains("/sign-in/demo/")).map(str::to_owned))
            .expect("it prints a sign-in link");
        // The rest is of no interest, but the server must be able to say it.
        std::thread::spawn(move || lines.for_each(drop));
        let address = link.trim_start_matches("http://").split('/').next().expect("with an address").to_owned();
        Self { child, link, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The server stops its database when it is told to end; `kill` is for a child that does not listen.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

/// One connection that is kept open.
struct Line {
    stream: TcpStream,
    host: String,
    cookies: String,
    buffer: Vec<u8>,
}

impl Line {
    async fn open(host: &str, cookies: &str) -> Self {
        let stream = TcpStream::connect(host).await.expect("the server listens");
        stream.set_nodelay(true).expect("a socket takes its options");
        Self { stream, host: host.to_owned(), cookies: cookies.to_owned(), buffer: vec![0; 1 << 20] }
    }

    /// Status, headers and body.
    async fn ask(&mut self, method: &str, path: &str, form: &str) -> (u16, String, String) {
        let (end, filled) = self.exchange(method, path, form).await;
        let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
        (status(&self.buffer), head, String::from_utf8_lossy(&self.buffer[end + 4..filled]).into_owned())
    }

    /// One question and its whole answer in the buffer: where its head ends, and where it ends.
    async fn exchange(&mut self, method: &str, path: &str, form: &str) -> (usize, usize) {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            self.host,
            self.cookies,
            form.len()
        );
        self.stream.write_all(request.as_bytes()).await.expect("the server reads");
        let (mut filled, mut whole) = (0, None);
        loop {
            let read = self.stream.read(&mut self.buffer[filled..]).await.expect("the server answers");
            assert!(read > 0, "the server hung up");
            filled += read;
            if whole.is_none() {
                whole = self.buffer[..filled]
                    .windows(4)
                    .position(|four| four == b"\r\n\r\n")
                    .map(|end| (end, end + 4 + length(&self.buffer[..end])));
            }
            if let Some((end, all)) = whole.filter(|(_, all)| filled >= *all) {
                return (end, all);
            }
        }
    }

    /// Keeps the cookies that an answer sets.
    fn keep(&mut self, head: &str) {
        for line in head.lines().filter(|line| line.to_ascii_lowercase().starts_with("set-cookie: ")) {
            let cookie = line["set-cookie: ".len()..].split(';').next().unwrap_or_default();
            if !self.cookies.is_empty() {
                self.cookies.push_str("; ");
            }
            self.cookies.push_str(cookie);
        }
    }
}

fn status(answer: &[u8]) -> u16 {
    std::str::from_utf8(&answer[9..12]).ok().and_then(|text| text.parse().ok()).expect("a status")
}

fn length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    head.lines().find_map(|line| line.strip_prefix("content-length: ")).and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Signs in as a newcomer would, and returns the cookies.
async fn sign_in(server: &Server) -> String {
    let path = &server.link[server.link.find("/sign-in").expect("a path")..];
    let mut line = Line::open(&server.address, "").await;
    let (_, head, body) = line.ask("GET", path, "").await;
    line.keep(&head);
    let proof = body.split("name=\"_proof\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a proof");
    let (status, head, _) = line.ask("POST", path, &format!("_proof={proof}")).await;
    assert_eq!(status, 303, "signing in works");
    line.keep(&head);
    line.cookies
}

/// One page asked for again and again over all connections; every answer's time in milliseconds.
async fn load(server: &Server, cookies: &str, paths: &[String], seconds: f64) -> Vec<f64> {
    let mut tasks = Vec::new();
    for at in 0..CONNECTIONS {
        let mut line = Line::open(&server.address, cookies).await;
        let paths = paths.to_vec();
        tasks.push(tokio::spawn(async move {
            let (until, mut times) = (Instant::now() + Duration::from_secs_f64(seconds), Vec::new());
            let mut next = at;
            while Instant::now() < until {
                let path = &paths[next % paths.len()];
                next += 1;
                let began = Instant::now();
                line.exchange("GET", path, "").await;
                let status = status(&line.buffer);
                times.push(began.elapsed().as_secs_f64() * 1000.0);
                assert!(status == 200 || status == 303, "{path} answers {status}");
            }
            times
        }));
    }
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.expect("a connection holds"));
    }
    all
}

fn at(times: &[f64], share: f64) -> f64 {
    times[((times.len() - 1) as f64 * share) as usize]
}

/// The pages of some users, found on the list.
async fn user_pages(server: &Server, cookies: &str) -> Vec<String> {
    let mut line = Line::open(&server.address, cookies).await;
    let mut pages = Vec::new();
    for list in ["/admin/users", "/admin/users?failed_payment=yes", "/admin/users?tier=pro", "/admin/users?q=whale%40example.com"] {
        let (_, _, body) = line.ask("GET", list, "").await;
        pages.extend(
            body.split("href=\"/admin/users/").skip(1).filter_map(|rest| rest.split('"').next()).map(|id| format!("/admin/users/{id}")),
        );
    }
    pages.sort();
    pages.dedup();
    pages
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let wishes = Wishes::read();
    eprintln!("a studio of {} people in {} (filled the first time)", wishes.users, wishes.data.display());
    let server = Server::start(&wishes);
    let cookies = sign_in(&server).await;
    let one = |path: &str| vec![path.to_owned()];
    let rows = [
        ("users list, newest first", one("/admin/users")),
        ("users list, by name", one("/admin/users?sort=name")),
        ("users list, suspended", one("/admin/users?status=suspended")),
        ("users list, active pro creators", one("/admin/users?status=active&tier=pro&role=creator")),
        ("users list, payment failing, by e-mail", one("/admin/users?failed_payment=yes&sort=email")),
        (
            "users list, two ranges of time",
            one("/admin/users?created_from=2025-03-01&created_to=2025-06-30&active_from=2026-01-01&active_to=2026-06-30&sort=name"),
        ),
        ("search, whole e-mail", one("/admin/users?q=nora.lindqvist%40example.com")),
        ("search, beginning of a name", one("/admin/search?q=mari")),
        ("search, inside names and e-mails", one("/admin/users?q=indqvis")),
        ("search, nothing found", one("/admin/users?q=qqzzxx")),
        ("user page", user_pages(&server, &cookies).await),
        ("audit log", one("/admin/audit")),
        ("home", one("/admin")),
    ];
    println!("| page, {} users, concurrency {CONNECTIONS} | requests/s | p50 ms | p99 ms |\n|---|---:|---:|---:|", wishes.users);
    for (name, paths) in rows.into_iter().filter(|(name, _)| wishes.only.as_ref().is_none_or(|only| name.contains(only.as_str()))) {
        load(&server, &cookies, &paths, 1.0).await;
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let mut times = load(&server, &cookies, &paths, wishes.seconds).await;
            times.sort_by(f64::total_cmp);
            rounds.push((times.len() as f64 / wishes.seconds, at(&times, 0.5), at(&times, 0.99)));
        }
        rounds.sort_by(|left, right| left.2.total_cmp(&right.2));
        let (rate, half, most) = rounds[ROUNDS / 2];
        println!("| {name} | {rate:.0} | {half:.1} | {most:.1} |");
    }
}
