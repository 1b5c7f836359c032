//! What the server writes, for the message when it does not start.

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    path::PathBuf,
};

use super::home::Home;

const LARGEST: u64 = 8 * 1024 * 1024;
const LINES: usize = 15;

/// The server's log, from some point on.
pub(super) struct Log {
    path: PathBuf,
    from: u64,
}

impl Log {
    pub fn open(home: &Home) -> Self {
        let log = Self { path: home.log(), from: 0 };
        if log.length() > LARGEST {
            // A log that cannot be put aside is no reason not to start.
            let _ = fs::rename(&log.path, log.path.with_extension("log.1"));
        }
        log
    }

    pub fn since_now(&self) -> Self {
        Self { path: self.path.clone(), from: self.length() }
    }

    /// The last lines.
    pub fn tail(&self) -> String {
        let mut text = Vec::new();
        let read = File::open(&self.path).and_then(|mut file| {
            file.seek(SeekFrom::Start(self.from))?;
            file.read_to_end(&mut text)
        });
        if let Err(error) = read {
            return error.to_string();
        }
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines.iter().skip(lines.len().saturating_sub(LINES)).copied().collect::<Vec<_>>().join("\n")
    }

    fn length(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |found| found.len())
    }
}
