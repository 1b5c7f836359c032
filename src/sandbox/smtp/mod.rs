//! A mail server that keeps what it is sent, and can be told to misbehave: as much of SMTP (RFC 5321) as a real conversation takes.
mod talk;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use talk::Talk;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

/// How the server behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    Accepting,
    /// Knows nobody: answers 550 to every recipient.
    Refusing,
    /// Answers 451 to every recipient.
    Busy,
    /// Keeps a letter and breaks the line in place of the answer.
    Cutting,
    /// Takes letters until so many are there, and breaks the line in the middle of each further one.
    CuttingAfter(usize),
    /// Keeps a letter and answers late.
    Slow(Duration),
}

/// A letter as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Who had signed in, if anybody.
    pub user: Option<String>,
    pub from: String,
    pub to: Vec<String>,
    /// What stood between DATA and the dot.
    pub data: Vec<u8>,
}

/// What all conversations share.
struct Office {
    /// The user and password without which no letter is taken.
    login: Option<(String, String)>,
    mode: Mode,
    received: Vec<Received>,
    /// The verbs of all commands, in the order of arrival.
    heard: Vec<String>,
}

impl Office {
    /// Whether the next letter is cut off in its middle.
    fn is_cutting(&self) -> bool {
        matches!(self.mode, Mode::CuttingAfter(most) if self.received.len() >= most)
    }
}

/// A running mail server. It stops when dropped.
pub struct MailServer {
    address: SocketAddr,
    office: Arc<Mutex<Office>>,
    server: JoinHandle<()>,
}

impl MailServer {
    /// Opens on a free port of this machine, for everybody.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start() -> io::Result<Self> {
        Self::open(None).await
    }

    /// As `start`, for who signs in with this user and password.
    ///
    /// # Errors
    /// As `start`.
    pub async fn start_for(user: &str, password: &str) -> io::Result<Self> {
        Self::open(Some((user.to_owned(), password.to_owned()))).await
    }

    async fn open(login: Option<(String, String)>) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let office = Office { login, mode: Mode::Accepting, received: Vec::new(), heard: Vec::new() };
        let office = Arc::new(Mutex::new(office));
        let server = tokio::spawn(serve(listener, Arc::clone(&office)));
        Ok(Self { address, office, server })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How it behaves from now on.
    pub fn set(&self, mode: Mode) {
        open(&self.office).mode = mode;
    }

    /// Everything in the order of arrival, repetitions too.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        open(&self.office).received.clone()
    }

    /// The verbs of all commands so far, in capitals.
    #[must_use]
    pub fn heard(&self) -> Vec<String> {
        open(&self.office).heard.clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn open(office: &Mutex<Office>) -> MutexGuard<'_, Office> {
    office.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: TcpListener, office: Arc<Mutex<Office>>) {
    // Dropped with this task, and all conversations with it.
    let mut talks = JoinSet::new();
    while let Ok((line, _)) = listener.accept().await {
        talks.spawn(Talk::new(line, Arc::clone(&office)).run());
    }
}
