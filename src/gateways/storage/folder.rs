//! A folder of this machine as an object store.
//!
//! Each part of a key is opened from the folder above it and never through a symbolic link, so that no key, and nobody who can write
//! into the folder meanwhile, leads out of it.
mod unfinished;

use super::{Head, Key, Listed, ObjectStore, Opened, Piece, StoreError};
use async_trait::async_trait;
use axum::body::Bytes;
use futures::StreamExt;
use futures::stream::unfold;
use nix::errno::Errno;
use nix::fcntl::{OFlag, openat};
use nix::sys::stat::{Mode, SFlag, fstat, mkdirat};
use nix::unistd::{UnlinkatFlags, unlinkat};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use unfinished::{UNFINISHED, copy, names, tidy, write_whole};

/// Keys of one answer.
const MOST: usize = 1_000;
/// Bytes that are read at once.
const STEP: usize = 128 << 10;
const THROUGH: OFlag = OFlag::O_DIRECTORY.union(OFlag::O_NOFOLLOW).union(OFlag::O_CLOEXEC);

/// A folder of this machine.
#[derive(Clone)]
pub struct Folder {
    root: Arc<OwnedFd>,
}

impl Folder {
    /// A folder that exists.
    ///
    /// # Errors
    /// When it does not, or is none.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        let root = nix::fcntl::open(path, OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty())?;
        Ok(Self { root: Arc::new(root) })
    }

    async fn apart<T: Send + 'static>(&self, work: impl FnOnce(&OwnedFd) -> nix::Result<T> + Send + 'static) -> Result<T, StoreError> {
        let root = Arc::clone(&self.root);
        let done = tokio::task::spawn_blocking(move || work(&root)).await;
        done.map_err(|error| StoreError::Away(error.to_string()))?.map_err(meaning)
    }
}

fn meaning(error: Errno) -> StoreError {
    match error {
        Errno::ENOENT | Errno::ENOTDIR | Errno::EISDIR => StoreError::Missing,
        // What a link answers that must not be followed.
        Errno::ELOOP => StoreError::Refused("it is a symbolic link".into()),
        Errno::ENOSPC | Errno::EDQUOT => StoreError::Full,
        Errno::EACCES | Errno::EPERM | Errno::EROFS => StoreError::Refused(error.desc().into()),
        other => StoreError::Away(other.desc().into()),
    }
}

/// A file's folder, opened part by part; made on the way where `makes` says so.
fn above<'k>(root: &OwnedFd, key: &'k Key, makes: bool) -> nix::Result<(OwnedFd, &'k str)> {
    let mut parts = key.parts().peekable();
    let mut here = openat(root, ".", THROUGH, Mode::empty())?;
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return Ok((here, part));
        }
        let next = openat(&here, part, THROUGH, Mode::empty());
        here = match next {
            Err(Errno::ENOENT) if makes => match mkdirat(&here, part, Mode::from_bits_truncate(0o700)) {
                Ok(()) | Err(Errno::EEXIST) => openat(&here, part, THROUGH, Mode::empty())?,
                Err(error) => return Err(error),
            },
            // A link to a folder answers so, too: it is looked at as what it is.
            Err(Errno::ENOTDIR) => return Err(if is_link(&here, part) { Errno::ELOOP } else { Errno::ENOTDIR }),
            other => other?,
        };
    }
    Err(Errno::ENOENT)
}

fn is_link(above: &OwnedFd, name: &str) -> bool {
    let seen = nix::sys::stat::fstatat(above, name, nix::fcntl::AtFlags::AT_SYMLINK_NOFOLLOW);
    seen.is_ok_and(|seen| SFlag::from_bits_truncate(seen.st_mode).contains(SFlag::S_IFLNK))
}

/// A plain file, open for reading, and its size.
fn file(root: &OwnedFd, key: &Key) -> nix::Result<(File, u64)> {
    let (folder, name) = above(root, key, false)?;
    // Without waiting for the other end of a pipe that somebody put there.
    let opened = openat(&folder, name, OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC, Mode::empty())?;
    let seen = fstat(&opened)?;
    if SFlag::from_bits_truncate(seen.st_mode) & SFlag::S_IFMT != SFlag::S_IFREG {
        return Err(Errno::EISDIR);
    }
    Ok((File::from(opened), u64::try_from(seen.st_size).unwrap_or(0)))
}

fn told(error: &std::io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::EIO, Errno::from_raw)
}

fn read_piece(root: &OwnedFd, key: &Key, range: &Range<u64>) -> nix::Result<Piece> {
    let (mut file, total) = file(root, key)?;
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(range.start)).map_err(|error| told(&error))?;
    file.take(range.end.saturating_sub(range.start)).read_to_end(&mut bytes).map_err(|error| told(&error))?;
    Ok(Piece { bytes, total })
}

fn remove(root: &OwnedFd, key: &Key) -> nix::Result<()> {
    let gone = above(root, key, false).and_then(|(folder, name)| unlinkat(&folder, name, UnlinkatFlags::NoRemoveDir));
    match gone {
        Err(Errno::ENOENT | Errno::ENOTDIR) => Ok(()),
        other => other,
    }
}

/// All keys below a folder; what is no plain file, or is being written, is none.
fn walk(folder: OwnedFd, path: &Path, found: &mut Vec<String>) -> nix::Result<()> {
    let again = openat(&folder, ".", THROUGH, Mode::empty())?;
    for name in names(folder)?.iter().filter(|name| !name.starts_with(UNFINISHED)) {
        let seen = nix::sys::stat::fstatat(&again, name.as_str(), nix::fcntl::AtFlags::AT_SYMLINK_NOFOLLOW)?;
        let below = path.join(name);
        match SFlag::from_bits_truncate(seen.st_mode) & SFlag::S_IFMT {
            SFlag::S_IFDIR => walk(openat(&again, name.as_str(), THROUGH, Mode::empty())?, &below, found)?,
            SFlag::S_IFREG => found.extend(below.to_str().map(str::to_owned)),
            _ => {}
        }
    }
    Ok(())
}

#[async_trait]
impl ObjectStore for Folder {
    async fn head(&self, key: &Key) -> Result<Head, StoreError> {
        let key = key.clone();
        self.apart(move |root| file(root, &key).map(|(_, size)| Head { size })).await
    }

    async fn get_range(&self, key: &Key, range: Range<u64>) -> Result<Piece, StoreError> {
        let key = key.clone();
        self.apart(move |root| read_piece(root, &key, &range)).await
    }

    async fn open(&self, key: &Key) -> Result<Opened, StoreError> {
        let key = key.clone();
        let (file, size) = self.apart(move |root| file(root, &key)).await?;
        let body = unfold(tokio::fs::File::from_std(file), |mut file| async move {
            use tokio::io::AsyncReadExt;
            let mut piece = vec![0; STEP];
            match file.read(&mut piece).await {
                Ok(0) => None,
                Ok(read) => {
                    piece.truncate(read);
                    Some((Ok(Bytes::from(piece)), file))
                }
                Err(error) => Some((Err(error), file)),
            }
        });
        Ok(Opened { size, body: body.boxed() })
    }

    async fn put(&self, key: &Key, bytes: Vec<u8>) -> Result<(), StoreError> {
        let key = key.clone();
        self.apart(move |root| write_whole(root, &key, |file| file.write_all(&bytes))).await
    }

    async fn put_file(&self, key: &Key, mut file: File, bytes: u64) -> Result<(), StoreError> {
        let key = key.clone();
        self.apart(move |root| write_whole(root, &key, |place| copy(&mut file, bytes, place))).await
    }

    async fn tidy(&self) -> Result<(), StoreError> {
        self.apart(|root| tidy(openat(root, ".", THROUGH, Mode::empty())?)).await
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        let key = key.clone();
        self.apart(move |root| remove(root, &key)).await
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Listed, StoreError> {
        let (prefix, after) = (prefix.to_owned(), after.unwrap_or_default().to_owned());
        let mut keys = self
            .apart(|root| {
                let mut found = Vec::new();
                walk(openat(root, ".", THROUGH, Mode::empty())?, &PathBuf::new(), &mut found)?;
                Ok(found)
            })
            .await?;
        keys.retain(|key| key.starts_with(&prefix) && *key > after);
        keys.sort();
        let more = keys.len() > MOST;
        keys.truncate(MOST);
        let next = keys.last().filter(|_| more).cloned();
        Ok(Listed { keys, next })
    }

    fn lend(&self, _: &Key, _: Duration) -> Option<String> {
        None
    }

    fn take_in(&self, _: &Key, _: Duration) -> Option<String> {
        None
    }
}
