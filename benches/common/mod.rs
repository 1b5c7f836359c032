//! What the measurements over HTTP share: the server, started as a newcomer starts it, and a connection that is kept open.
#[allow(dead_code, reason = "not every measurement has somebody look meanwhile")]
pub mod looking;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The way into the database of a data folder, as a role.
#[allow(dead_code, reason = "not every measurement looks behind the pages")]
pub fn url(data: &Path, role: &str) -> String {
    let told = Command::new(env!("CARGO_BIN_EXE_backlot")).args(["database-url", role, "--data"]).arg(data).output();
    String::from_utf8_lossy(&told.expect("it answers").stdout).trim().to_owned()
}

/// The server, and the way in that it prints.
pub struct Server {
    child: Child,
    pub address: String,
    #[allow(dead_code, reason = "who measures the door itself does not go in by it")]
    pub link: String,
}

impl Server {
    /// Over a studio of so many people in a folder, filled the first time.
    #[allow(dead_code, reason = "some want something in its environment")]
    pub fn start(users: u32, data: &Path) -> Self {
        Self::start_with(users, data, &[])
    }

    /// The same, with something in its environment.
    pub fn start_with(users: u32, data: &Path, environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_backlot"))
            .args(["serve", "--listen", "127.0.0.1:0", "--demo-users", &users.to_string(), "--data"])
            .arg(data)
            .env("BACKLOT_LOG", "error")
            .envs(environment.iter().copied())
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

impl Server {
    /// Signs in as a newcomer would; the connection has the cookies.
    #[allow(dead_code, reason = "who measures the door itself does not go in by it")]
    pub async fn sign_in(&self) -> Line {
        let path = &self.link[self.link.find("/sign-in").expect("a path")..];
        let mut line = Line::open(&self.address, "").await;
        let (_, head, body) = line.ask("GET", path, "").await;
        line.keep(&head);
        let (status, head, _) = line.ask("POST", path, &format!("_proof={}", proof(&body))).await;
        assert_eq!(status, 303, "signing in works");
        line.keep(&head);
        line
    }

    /// Kilobytes of it that are in memory now (proc(5), `VmRSS`).
    #[allow(dead_code, reason = "not every measurement is of memory")]
    pub fn resident(&self) -> u64 {
        self.memory("VmRSS:")
    }

    /// Kilobytes of it that were in memory at most since it started, or since [`Self::forget_most`] (proc(5), `VmHWM`).
    #[allow(dead_code, reason = "not every measurement is of memory")]
    pub fn most(&self) -> u64 {
        self.memory("VmHWM:")
    }

    /// From here on, the most is counted anew (proc(5), `clear_refs`).
    #[allow(dead_code, reason = "not every measurement is of memory")]
    pub fn forget_most(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").expect("a process of ours");
    }

    fn memory(&self, what: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(what));
        line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse().ok()).unwrap_or_default()
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
pub struct Line {
    stream: TcpStream,
    host: String,
    pub cookies: String,
    pub buffer: Vec<u8>,
}

impl Line {
    /// To the server, with the cookies of a sign-in.
    pub async fn open(host: &str, cookies: &str) -> Self {
        let stream = TcpStream::connect(host).await.expect("the server listens");
        stream.set_nodelay(true).expect("a socket takes its options");
        Self { stream, host: host.to_owned(), cookies: cookies.to_owned(), buffer: vec![0; 1 << 20] }
    }

    /// Status, headers and body.
    pub async fn ask(&mut self, method: &str, path: &str, form: &str) -> (u16, String, String) {
        let (end, filled) = self.exchange(method, path, form).await;
        let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
        (status(&self.buffer), head, String::from_utf8_lossy(&self.buffer[end + 4..filled]).into_owned())
    }

    /// One question and its whole answer in the buffer: where its head ends, and where it ends.
    pub async fn exchange(&mut self, method: &str, path: &str, form: &str) -> (usize, usize) {
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
    pub fn keep(&mut self, head: &str) {
        for line in head.lines().filter(|line| line.to_ascii_lowercase().starts_with("set-cookie: ")) {
            let cookie = line["set-cookie: ".len()..].split(';').next().unwrap_or_default();
            if !self.cookies.is_empty() {
                self.cookies.push_str("; ");
            }
            self.cookies.push_str(cookie);
        }
    }
}

/// The status of an answer.
pub fn status(answer: &[u8]) -> u16 {
    std::str::from_utf8(&answer[9..12]).ok().and_then(|text| text.parse().ok()).expect("a status")
}

fn length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    head.lines().find_map(|line| line.strip_prefix("content-length: ")).and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// The proof that the first form of a page carries.
pub fn proof(page: &str) -> &str {
    page.split("name=\"_proof\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a proof")
}
