//! The copy of all seals outside the database: a file that only grows, one seal as JSON on each line.
use super::chain::Seal;
use super::wire::{Hash, base64_bytes};
use super::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A line of the anchor: the seal, and a print of each row, so that a changed one can be named.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Anchored {
    #[serde(flatten)]
    pub seal: Seal,
    /// For each row its number and the first 8 bytes of its leaf; empty where there were too many.
    #[serde(with = "base64_bytes", default)]
    pub prints: Vec<u8>,
}

/// The anchor, open for adding seals. Several processes may hold the same file; each appends under a lock.
#[derive(Debug)]
pub struct AnchorFile {
    path: PathBuf,
    file: File,
    read_to: u64,
    torn: bool,
    last: Option<(i64, Hash)>,
}

impl AnchorFile {
    /// Opens the anchor, or begins one that only this user can read.
    ///
    /// # Errors
    /// When the file cannot be opened or read.
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |source| Error::Anchor { path: path.to_owned(), source };
        let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path).map_err(failed)?;
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            // Without this a new file's name may be gone after a power failure, and the anchor with it.
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        }
        let mut anchor = Self { path: path.to_owned(), file, read_to: 0, torn: false, last: None };
        anchor.last()?;
        Ok(anchor)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The number and the hash of the last seal that is anchored, whoever appended it.
    pub(super) fn last(&mut self) -> Result<Option<(i64, Hash)>> {
        self.locked(Self::catch_up)?;
        Ok(self.last)
    }

    /// Appends a seal unless it is there, and returns when it is on the disk.
    pub(super) fn append(&mut self, line: &Anchored) -> Result<()> {
        self.locked(|anchor| {
            anchor.catch_up()?;
            if anchor.last.is_some_and(|(number, _)| number >= line.seal.seal_no) {
                return Ok(());
            }
            let mut bytes = if anchor.torn { vec![b'\n'] } else { Vec::new() };
            serde_json::to_writer(&mut bytes, line)?;
            bytes.push(b'\n');
            anchor.file.write_all(&bytes)?;
            anchor.file.sync_data()?;
            anchor.catch_up()
        })
    }

    fn locked<T>(&mut self, work: impl FnOnce(&mut Self) -> io::Result<T>) -> Result<T> {
        let result = self.file.lock().and_then(|()| {
            let done = work(self);
            self.file.unlock()?;
            done
        });
        result.map_err(|source| Error::Anchor { path: self.path.clone(), source })
    }

    /// Reads the lines that were added since the last time, by this process or another.
    fn catch_up(&mut self) -> io::Result<()> {
        let (held, named) = (self.file.metadata()?, std::fs::metadata(&self.path)?);
        if held.ino() != named.ino() || held.dev() != named.dev() {
            return Err(io::Error::other("it was replaced by another file while in use"));
        }
        if held.len() < self.read_to {
            return Err(io::Error::other("it has become shorter, though it may only grow"));
        }
        self.file.seek(SeekFrom::Start(self.read_to))?;
        let mut lines = Lines::over(&self.file);
        while let Some(line) = lines.next_line()? {
            if let Line::Seal(line) = line
                && self.last.is_none_or(|(number, _)| number < line.seal.seal_no)
            {
                self.last = Some((line.seal.seal_no, line.seal.seal));
            }
        }
        self.read_to += lines.consumed;
        self.torn = lines.torn;
        Ok(())
    }
}

/// The anchor as whoever verifies reads it: seals with rising numbers.
pub(super) struct AnchorReader {
    path: PathBuf,
    lines: Lines<File>,
    next: Option<Anchored>,
    previous: i64,
    /// Lines that are no seal, or one that came before.
    pub odd_lines: u64,
}

impl AnchorReader {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|source| Error::Anchor { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), lines: Lines::over(file), next: None, previous: 0, odd_lines: 0 })
    }

    /// The next seal, which stays the next until it is taken.
    pub(super) fn peek(&mut self) -> Result<Option<&Anchored>> {
        while self.next.is_none() {
            let line = self.lines.next_line().map_err(|source| Error::Anchor { path: self.path.clone(), source })?;
            match line {
                None => break,
                Some(Line::Seal(line)) if line.seal.seal_no > self.previous => {
                    self.previous = line.seal.seal_no;
                    self.next = Some(*line);
                }
                Some(_) => self.odd_lines += 1,
            }
        }
        Ok(self.next.as_ref())
    }

    /// Takes the next seal.
    pub(super) fn take(&mut self) -> Option<Anchored> {
        self.next.take()
    }
}

/// A whole line of the file.
enum Line {
    Seal(Box<Anchored>),
    /// What a crash or somebody's editor left.
    Odd,
}

/// Lines one by one, up to one without an end, which a crash while writing leaves.
struct Lines<R> {
    reader: BufReader<R>,
    consumed: u64,
    torn: bool,
}

impl<R: Read> Lines<R> {
    fn over(source: R) -> Self {
        Self { reader: BufReader::new(source), consumed: 0, torn: false }
    }

    fn next_line(&mut self) -> io::Result<Option<Line>> {
        let mut line = Vec::new();
        let read = match self.reader.read_until(b'\n', &mut line) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return self.next_line(),
            read => read?,
        };
        if read == 0 {
            return Ok(None);
        }
        if line.last() != Some(&b'\n') {
            self.torn = true;
            return Ok(None);
        }
        self.consumed += read as u64;
        Ok(Some(serde_json::from_slice(&line).map_or(Line::Odd, Line::Seal)))
    }
}
