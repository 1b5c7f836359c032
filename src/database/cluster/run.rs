//! Running the private server on a free port and waiting until it answers.

use std::{
    fs::{self, OpenOptions},
    net::{Ipv4Addr, TcpListener},
    os::unix::{fs::OpenOptionsExt, process::CommandExt},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::{
    ClusterError,
    account::Account,
    error::on,
    home::{Home, write_private},
    locate::Installation,
    log::Log,
    options::Options,
    postmaster::Note,
};

/// After a crash the server first replays what it had written ahead.
const PATIENCE: Duration = Duration::from_secs(120);
const ATTEMPTS: u32 = 60;
const BETWEEN: Duration = Duration::from_millis(250);

/// What a server is run from and with.
pub(super) struct Server<'a> {
    pub home: &'a Home,
    pub installation: &'a Installation,
    pub account: &'a Account,
    pub options: &'a Options,
}

/// A server that answers on `port`, and the process that stops it when we are gone.
pub(super) struct Running {
    pub keeper: Child,
    pub port: u16,
}

enum Attempt {
    Ready(Running),
    /// The server ended; what it wrote.
    Ended(String),
}

impl Server<'_> {
    pub async fn run(&self) -> Result<Running, ClusterError> {
        let log = Log::open(self.home);
        for _ in 1..ATTEMPTS {
            match self.attempt(&log).await? {
                Attempt::Ready(running) => return Ok(running),
                Attempt::Ended(written) if passes(&written) => tokio::time::sleep(BETWEEN).await,
                Attempt::Ended(tail) => {
                    return Err(ClusterError::Starting { log: self.home.log(), tail });
                }
            }
        }
        match self.attempt(&log).await? {
            Attempt::Ready(running) => Ok(running),
            Attempt::Ended(tail) => Err(ClusterError::Starting { log: self.home.log(), tail }),
        }
    }

    async fn attempt(&self, log: &Log) -> Result<Attempt, ClusterError> {
        let port = self.free_port()?;
        let before = Note::read(&self.home.data());
        let log = log.since_now();
        let mut keeper = self.spawn(port, before.as_ref())?;
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if self.ready(port, before.as_ref()) {
                let note = self.home.port();
                write_private(&note, port.to_string().as_bytes()).map_err(on("Cannot write", &note))?;
                return Ok(Attempt::Ready(Running { keeper, port }));
            }
            if keeper.try_wait().map_err(on("Cannot wait for", &self.options.keeper))?.is_some() {
                return Ok(Attempt::Ended(log.tail()));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err(ClusterError::TooSlow { seconds: PATIENCE.as_secs(), tail: log.tail(), log: self.home.log() })
    }

    /// Asks the server's note rather than the port, where a stranger could answer and be told the password.
    fn ready(&self, port: u16, before: Option<&Note>) -> bool {
        Note::read(&self.home.data())
            .filter(|note| before.is_none_or(|old| !note.same_run(old)))
            .is_some_and(|note| note.ready && note.port == port)
    }

    /// The one of last time if possible, so that a noted address stays right.
    fn free_port(&self) -> Result<u16, ClusterError> {
        let last = fs::read_to_string(self.home.port()).ok().and_then(|text| text.trim().parse().ok());
        let last = last.and_then(|port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok());
        last.map_or_else(|| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)), Ok)
            .and_then(|listener| listener.local_addr())
            .map(|address| address.port())
            .map_err(on("Cannot find a free port on", Path::new("127.0.0.1")))
    }

    fn spawn(&self, port: u16, before: Option<&Note>) -> Result<Child, ClusterError> {
        let log = self.home.log();
        let open = || OpenOptions::new().append(true).create(true).mode(0o600).open(&log).map_err(on("Cannot open", &log));
        let mut command = Command::new(&self.options.keeper);
        command.arg("keep-postgres").stdin(Stdio::piped()).stdout(open()?).stderr(open()?).process_group(0);
        if let Some((uid, gid)) = self.account.ids() {
            command.args(["--uid", &uid.to_string(), "--gid", &gid.to_string()]);
        }
        if self.options.throwaway {
            command.arg("--remove").arg(self.home.path());
        }
        if let Some(before) = before {
            command.args(["--reused-pid", &before.pid.to_string()]);
        }
        command.arg(self.installation.program("postgres")).arg("--").args(self.arguments(port));
        command.spawn().map_err(on("Cannot run", &self.options.keeper))
    }

    /// Given on the command line and not in `postgresql.conf`, so that old data follow a new Backlot.
    fn arguments(&self, port: u16) -> Vec<String> {
        let port = format!("port={port}");
        let mut settings = vec![
            "listen_addresses=127.0.0.1",
            &port,
            "unix_socket_directories=",
            "password_encryption=scram-sha-256",
            "logging_collector=off",
            "log_line_prefix=%m [%p] %q%u@%d ",
            "timezone=UTC",
            "log_timezone=UTC",
            "shared_buffers=256MB",
        ];
        settings.extend(if self.options.fast {
            &["max_connections=300", "fsync=off", "synchronous_commit=off", "full_page_writes=off"] as &[_]
        } else {
            &["max_connections=100", "log_lock_waits=on", "log_min_duration_statement=1s"]
        });
        let settings = settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting.to_owned()]);
        ["-D".to_owned(), self.home.data().display().to_string()].into_iter().chain(settings).collect()
    }
}

/// What passes by itself: between choosing a port and using it another program took it, or workers of a server that
/// was killed have not noticed yet.
fn passes(written: &str) -> bool {
    ["could not bind", "Address already in use", "pre-existing shared memory block"].iter().any(|known| written.contains(known))
}
