//! A server of its own process over a studio's database, as it runs outside the demo.
use super::Studio;
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::ExposeSecret;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// A server of its own process; killed when it is dropped, as by a power failure.
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts one that listens there; what is special about it stands in these variables.
    pub fn start(studio: &Studio, listen: &str, with: &[(&str, String)]) -> Self {
        let log = studio.folder.join("server.log");
        let said = std::fs::OpenOptions::new().create(true).append(true).open(&log).unwrap();
        let mut command = command(studio);
        command.args(["serve", "--listen", listen]).envs(with.iter().map(|(name, value)| (name, value)));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(said).spawn().unwrap();
        Self { child, log }
    }

    /// What it and those before it have logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Asks it to end (`SIGTERM`), and waits until it has.
    pub async fn end(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let since = Instant::now();
        loop {
            if let Some(status) = self.ended() {
                return status;
            }
            assert!(since.elapsed() < Duration::from_secs(60), "it does not end:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program with everything that it needs to know of a studio, and nothing that happens to be set here.
pub fn command(studio: &Studio) -> Command {
    let ways = &studio.database.ways;
    let mut command = Command::new(env!("CARGO_BIN_EXE_backlot"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BACKLOT_") || name.starts_with("OTEL_")) {
        command.env_remove(name);
    }
    command
        .env("BACKLOT_ENVIRONMENT", "staging")
        .env("BACKLOT_DATABASE_URL", ways.app.url().expose_secret())
        .env("BACKLOT_READER_DATABASE_URL", ways.reader.url().expose_secret())
        .env("BACKLOT_VIEWER_DATABASE_URL", ways.viewer.url().expose_secret())
        .env("BACKLOT_SEALER_DATABASE_URL", ways.sealer.url().expose_secret())
        .env("BACKLOT_SECRET_KEY", BASE64_STANDARD.encode([7; 32]))
        .env("BACKLOT_AUDIT_KEY_FILE", studio.folder.join("audit.key"))
        .env("BACKLOT_AUDIT_ANCHOR_FILE", studio.folder.join("anchor.jsonl"));
    command
}
