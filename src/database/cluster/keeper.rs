//! The hidden command `backlot keep-postgres`: it stops PostgreSQL when Backlot ends, however Backlot ends.
//!
//! Backlot holds the other end of this process's standard input. The system closes it even after `kill -9`,
//! and that is the sign. The process is in a group of its own, so Ctrl-C in the terminal does not reach it.

use std::{
    fs, io,
    os::fd::AsFd,
    path::PathBuf,
    process::{ExitCode, Stdio},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    io::AsyncReadExt,
    net::unix::pipe,
    process::{Child, Command},
    signal::unix::{SignalKind, signal},
    time::timeout,
};

use super::account;

/// A fast stop writes everything out first; an immediate one leaves that to the next start.
const STOPS: [(Signal, Duration); 2] = [(Signal::SIGINT, Duration::from_secs(60)), (Signal::SIGQUIT, Duration::from_secs(10))];

/// Runs one server until standard input ends.
#[derive(Debug, clap::Args)]
pub struct KeepPostgres {
    /// The user to run the server as
    #[arg(long, requires = "gid")]
    uid: Option<u32>,
    /// The group to run the server as
    #[arg(long, requires = "uid")]
    gid: Option<u32>,
    /// A process number in the note of a server that is gone, used by another process now
    #[arg(long)]
    reused_pid: Option<i32>,
    /// A folder to remove when the server was told to end
    #[arg(long)]
    remove: Option<PathBuf>,
    /// The server
    #[arg(required = true)]
    program: PathBuf,
    /// What the server is started with
    #[arg(last = true)]
    arguments: Vec<String>,
}

impl KeepPostgres {
    #[allow(clippy::print_stderr, reason = "it goes into the server's log")]
    pub async fn run(self) -> ExitCode {
        match self.keep().await {
            Ok(code) => code,
            Err(error) => {
                eprintln!("keep-postgres: {error}");
                ExitCode::FAILURE
            }
        }
    }

    async fn keep(self) -> io::Result<ExitCode> {
        let mut backlot = pipe::Receiver::from_owned_fd(io::stdin().as_fd().try_clone_to_owned()?)?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        let mut server = self.command().spawn()?;
        let mut nothing = [0];
        tokio::select! {
            ended = server.wait() => {
                return Ok(if ended?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
            }
            _ = backlot.read(&mut nothing) => {}
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hang_up.recv() => {}
        }
        let code = stop(&mut server).await?;
        // Not if the server ended by itself: then somebody will want to know why.
        self.remove.map_or(Ok(()), fs::remove_dir_all)?;
        Ok(code)
    }

    fn command(&self) -> Command {
        let mut command = std::process::Command::new(&self.program);
        account::prepare(&mut command);
        command.args(&self.arguments).stdin(Stdio::null());
        if let Some(pid) = self.reused_pid {
            // How PostgreSQL is told that a live process of this number is not another server. Removing its
            // note instead would also switch off its check for workers of the old server that still run.
            command.env("PG_GRANDPARENT_PID", pid.to_string());
        }
        let mut command = Command::from(command);
        if let (Some(uid), Some(gid)) = (self.uid, self.gid) {
            command.uid(uid).gid(gid);
        }
        command
    }
}

async fn stop(server: &mut Child) -> io::Result<ExitCode> {
    for (signal, patience) in STOPS {
        if let Some(pid) = server.id().and_then(|id| i32::try_from(id).ok()) {
            // It may have ended just now; then the wait below returns at once.
            let _ = kill(Pid::from_raw(pid), signal);
        }
        if timeout(patience, server.wait()).await.is_ok() {
            return Ok(ExitCode::SUCCESS);
        }
    }
    server.kill().await?;
    Ok(ExitCode::FAILURE)
}
