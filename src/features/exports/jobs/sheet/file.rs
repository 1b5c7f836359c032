//! The file that is being written: without a name, so that nobody can come upon half of it and nothing is left when its writer dies.
use ring::digest::{Context, SHA256};
use std::fs::File;
use std::io::{Result, Seek, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far an export has come; read by whoever reports it.
#[derive(Debug, Default)]
pub struct Tally {
    pub rows: AtomicU64,
    pub bytes: AtomicU64,
}

/// A file, and what is known of everything that was written to it.
pub struct Hashed {
    file: File,
    hash: Context,
    bytes: u64,
    tally: Arc<Tally>,
}

/// A file that is finished.
#[derive(Debug)]
pub struct Finished {
    pub file: File,
    pub bytes: u64,
    pub sha256: Vec<u8>,
    pub rows: i64,
}

impl Hashed {
    /// A new file in a folder.
    pub fn create(folder: &Path, tally: Arc<Tally>) -> Result<Self> {
        Ok(Self { file: tempfile::tempfile_in(folder)?, hash: Context::new(&SHA256), bytes: 0, tally })
    }

    /// Everything is written and on the disk; the file is at its beginning again.
    pub fn finish(mut self, rows: i64) -> Result<Finished> {
        self.file.sync_all()?;
        let on_disk = self.file.metadata()?.len();
        if on_disk != self.bytes {
            return Err(std::io::Error::other(format!("{} bytes were written and {on_disk} are in the file", self.bytes)));
        }
        self.file.rewind()?;
        Ok(Finished { file: self.file, bytes: self.bytes, sha256: self.hash.finish().as_ref().to_vec(), rows })
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        self.tally.bytes.store(self.bytes, Ordering::Relaxed);
        Ok(written)
    }

    fn flush(&mut self) -> Result<()> {
        self.file.flush()
    }
}
