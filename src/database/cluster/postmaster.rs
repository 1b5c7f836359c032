//! What the server's own note (`postmaster.pid`) says, and stopping a server that was left over.

use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::ClusterError;

/// A fast stop writes everything out first; an immediate one leaves that to the next start.
const STOPS: [(Signal, Duration); 2] = [(Signal::SIGINT, Duration::from_secs(30)), (Signal::SIGQUIT, Duration::from_secs(10))];

/// A server's note about itself. It stays behind when the server is killed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Note {
    pub pid: i32,
    started: String,
    pub port: u16,
    pub ready: bool,
}

impl Note {
    pub fn read(data: &Path) -> Option<Self> {
        let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        let started = lines.nth(1)?.trim().to_owned();
        let port = lines.next()?.trim().parse().ok()?;
        let ready = lines.next_back().is_some_and(|status| status.trim() == "ready");
        Some(Self { pid, started, port, ready })
    }

    /// Whether this note was written by the same run of the server as the other.
    pub fn same_run(&self, other: &Self) -> bool {
        self.pid == other.pid && self.started == other.started
    }
}

/// The note of a server that runs on these data now.
pub(super) fn running(data: &Path) -> Option<Note> {
    Note::read(data).filter(|note| serves(note.pid, data))
}

/// Stops a server that runs on these data although nobody who started it is left.
pub(super) async fn stop_leftover(data: &Path) -> Result<(), ClusterError> {
    let Some(note) = running(data) else {
        return Ok(());
    };
    for (signal, patience) in STOPS {
        // It may end just now by itself, so an error says nothing: look again instead.
        let _ = kill(Pid::from_raw(note.pid), signal);
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if !serves(note.pid, data) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    Err(ClusterError::Leftover(note.pid))
}

/// A process number alone proves nothing: after a crash or in a new container it may be anybody's.
fn serves(pid: i32, data: &Path) -> bool {
    command_line(pid).is_some_and(|line| line.contains("postgres") && line.contains(&format!("-D {} ", data.display())))
}

/// Empty for a process that has ended but was not collected yet.
fn command_line(pid: i32) -> Option<String> {
    if Path::new("/proc/self/cmdline").exists() {
        let line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        return Some(String::from_utf8_lossy(&line).replace('\0', " "));
    }
    told_by_ps(pid)
}

/// For systems without `/proc`.
fn told_by_ps(pid: i32) -> Option<String> {
    let told = Command::new("ps").args(["-ww", "-o", "command=", "-p", &pid.to_string()]).output().ok()?;
    told.status.success().then(|| String::from_utf8_lossy(&told.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_of_a_process_that_is_not_the_server_is_not_believed() {
        let data = std::env::temp_dir().join(format!("backlot-note-{}", std::process::id()));
        fs::create_dir_all(&data).unwrap();
        let text = format!("{}\n{}\n1763712000\n40123\n\n127.0.0.1\n  1 2\nready   \n", std::process::id(), data.display());
        fs::write(data.join("postmaster.pid"), text).unwrap();
        let note = Note::read(&data).unwrap();
        let found = running(&data);
        fs::remove_dir_all(&data).unwrap();
        assert_eq!((note.port, note.ready), (40123, true));
        assert_eq!(found, None);
    }

    #[test]
    fn both_ways_to_ask_for_a_command_line_tell_the_same() {
        let ours = i32::try_from(std::process::id()).unwrap();
        let line = command_line(ours).unwrap();
        assert!(line.contains("backlot"), "{line}");
        assert_eq!(told_by_ps(ours).unwrap().trim(), line.trim());
        assert_eq!(told_by_ps(i32::MAX), None);
    }
}
