//! Where the private database keeps its data, and that only one Backlot at a time uses them.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError},
    io::{self, Read, Seek, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use nix::unistd::Uid;

use super::{ClusterError, error::on};

/// The folder with everything that belongs to one private database.
#[derive(Clone, Debug)]
pub(super) struct Home {
    path: PathBuf,
}

/// The right to use a home.
pub(super) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file is not enough: a process that another thread is just starting has it open too, until it
        // runs its own program. If this fails, that end is near anyway.
        let _ = self.0.unlock();
    }
}

impl Home {
    /// Makes the folder if it is missing: private, except that the server's user must get through root's.
    pub fn open(path: &Path) -> Result<Self, ClusterError> {
        let mode = if Uid::effective().is_root() { 0o755 } else { 0o700 };
        make(path, mode).map_err(on("Cannot make the folder", path))?;
        // The server's command line names its data; only one spelling of it can be recognised later.
        let path = path.canonicalize().map_err(on("Cannot open the folder", path))?;
        Ok(Self { path })
    }

    /// The same without making anything, for a look from outside.
    pub fn existing(path: &Path) -> Option<Self> {
        path.canonicalize().ok().map(|path| Self { path })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn data(&self) -> PathBuf {
        self.path.join("pg")
    }

    pub fn passwords(&self) -> PathBuf {
        self.path.join("passwords.json")
    }

    pub fn port(&self) -> PathBuf {
        self.path.join("pg.port")
    }

    pub fn log(&self) -> PathBuf {
        self.path.join("postgres.log")
    }

    pub fn fetched(&self) -> PathBuf {
        self.path.join("postgresql")
    }

    /// The major version that made the data, if there are any.
    pub fn made_by(&self) -> Option<u32> {
        fs::read_to_string(self.data().join("PG_VERSION")).ok()?.trim().parse().ok()
    }

    /// Held until it is dropped; the system gives it back even when we are killed.
    pub fn lock(&self) -> Result<Lock, ClusterError> {
        let path = self.path.join("lock");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(&path).map_err(on("Cannot open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(self.in_use(&mut file)),
            Err(TryLockError::Error(error)) => return Err(on("Cannot lock", &path)(error)),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| write!(file, "{}", std::process::id()))
            .map_err(on("Cannot write", &path))?;
        Ok(Lock(file))
    }

    fn in_use(&self, lock: &mut File) -> ClusterError {
        let mut holder = String::new();
        let named = lock.read_to_string(&mut holder).is_ok() && holder.trim().parse::<u32>().is_ok();
        let process = if named { format!(" (process {})", holder.trim()) } else { String::new() };
        ClusterError::InUse { home: self.path.clone(), process }
    }
}

fn make(path: &Path, mode: u32) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make(parent, mode)?;
    }
    DirBuilder::new().mode(mode).create(path)?;
    // The umask may have taken away what the server's user needs.
    fs::set_permissions(path, Permissions::from_mode(mode))
}

/// Writes a file that only we can read, whole or not at all.
pub(super) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("new");
    // Left over from a write that was cut off; its mode may be anything.
    let _ = fs::remove_file(&unfinished);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)
}
