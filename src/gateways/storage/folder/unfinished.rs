//! Files that are being written: beside their place, and gone when their writer dies.
use super::{Key, THROUGH, above, told};
use nix::dir::Dir;
use nix::fcntl::{OFlag, openat, renameat};
use nix::sys::stat::{Mode, SFlag};
use nix::unistd::{UnlinkatFlags, unlinkat};
use std::fs::File;
use std::os::fd::OwnedFd;

/// Names that begin so are being written.
pub const UNFINISHED: &str = ".unfinished-";

/// Beside its place first, and then moved there: nobody sees half a file. It is locked while it is written, so that [`tidy`] can tell
/// it from one whose writer has died.
pub fn write_whole(root: &OwnedFd, key: &Key, fill: impl FnOnce(&mut File) -> std::io::Result<()>) -> nix::Result<()> {
    let (folder, name) = above(root, key, true)?;
    let beside = format!("{UNFINISHED}{}", crate::kernel::id::new());
    let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let mut file = File::from(openat(&folder, beside.as_str(), flags, Mode::from_bits_truncate(0o600))?);
    let locked = file.lock().map_err(|error| told(&error));
    let written = locked.and_then(|()| fill(&mut file).and_then(|()| file.sync_all()).map_err(|error| told(&error)));
    let moved = written.and_then(|()| renameat(&folder, beside.as_str(), &folder, name));
    if moved.is_err() {
        let _ = unlinkat(&folder, beside.as_str(), UnlinkatFlags::NoRemoveDir);
    }
    moved
}

/// Copies a file into another: on Linux the kernel does it, without a detour through this process.
pub fn copy(from: &mut File, bytes: u64, to: &mut File) -> std::io::Result<()> {
    let copied = std::io::copy(from, to)?;
    if copied == bytes { Ok(()) } else { Err(std::io::Error::other(format!("{copied} of {bytes} bytes were there to be copied"))) }
}

/// Removes files whose writer has died: nobody holds their lock.
pub fn tidy(folder: OwnedFd) -> nix::Result<()> {
    let again = openat(&folder, ".", THROUGH, Mode::empty())?;
    for name in names(folder)? {
        let seen = nix::sys::stat::fstatat(&again, name.as_str(), nix::fcntl::AtFlags::AT_SYMLINK_NOFOLLOW);
        // Somebody may have finished or removed it just now.
        let Ok(seen) = seen else { continue };
        match SFlag::from_bits_truncate(seen.st_mode) & SFlag::S_IFMT {
            SFlag::S_IFDIR => tidy(openat(&again, name.as_str(), THROUGH, Mode::empty())?)?,
            SFlag::S_IFREG if name.starts_with(UNFINISHED) => {
                let Ok(file) = openat(&again, name.as_str(), OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC, Mode::empty()) else {
                    continue;
                };
                // A writer locks its file right after making it: one that is a minute old and free has none.
                let old = seen.st_mtime < crate::kernel::Clock::system().now().as_second() - 60;
                if old && File::from(file).try_lock().is_ok() {
                    let _ = unlinkat(&again, name.as_str(), UnlinkatFlags::NoRemoveDir);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

pub fn names(folder: OwnedFd) -> nix::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in Dir::from_fd(folder)?.iter() {
        if let Ok(name) = entry?.file_name().to_str()
            && !matches!(name, "." | "..")
        {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}
