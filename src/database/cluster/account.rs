//! PostgreSQL refuses to run as root, so as root it runs as a user who may do nothing else.

use std::{
    env, fs, io,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
};

use nix::unistd::{Uid, User};

use super::ClusterError;

/// Whom PostgreSQL runs as.
#[derive(Clone, Debug)]
pub(super) enum Account {
    /// The user who started Backlot.
    Ourselves,
    /// Backlot was started by root: an unprivileged user.
    Other { name: String, uid: u32, gid: u32 },
}

const UNPRIVILEGED: [&str; 3] = ["postgres", "_postgres", "nobody"];

impl Account {
    /// Data that exist decide: PostgreSQL serves nothing that belongs to another user.
    pub fn choose(data: &Path) -> Result<Self, ClusterError> {
        if !Uid::effective().is_root() {
            return Ok(Self::Ourselves);
        }
        if let Ok(made) = fs::metadata(data)
            && made.uid() != 0
        {
            let known = User::from_uid(Uid::from_raw(made.uid())).ok().flatten();
            let name = known.map_or_else(|| made.uid().to_string(), |user| user.name);
            return Ok(Self::Other { name, uid: made.uid(), gid: made.gid() });
        }
        UNPRIVILEGED
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .filter(|user| !user.uid.is_root())
            .map(|user| Self::Other { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw() })
            .ok_or(ClusterError::NoAccount)
    }

    /// A command that runs as this user. Supplementary groups are dropped with the user id.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        prepare(&mut command);
        if let Self::Other { uid, gid, .. } = self {
            command.uid(*uid).gid(*gid);
        }
        command
    }

    /// The user and group to switch to, if it is not ourselves.
    pub fn ids(&self) -> Option<(u32, u32)> {
        match self {
            Self::Ourselves => None,
            Self::Other { uid, gid, .. } => Some((*uid, *gid)),
        }
    }

    pub fn give(&self, path: &Path) -> io::Result<()> {
        self.ids().map_or(Ok(()), |(uid, gid)| chown(path, Some(uid), Some(gid)))
    }

    /// Refuses a place which this user cannot get to, such as one below root's home.
    pub fn must_reach(&self, place: &Path) -> Result<(), ClusterError> {
        let Self::Other { name, uid, gid } = self else {
            return Ok(());
        };
        let closed = place.ancestors().find(|folder| {
            fs::metadata(folder).is_ok_and(|found| {
                let bit = if found.uid() == *uid {
                    0o100
                } else if found.gid() == *gid {
                    0o010
                } else {
                    0o001
                };
                found.mode() & bit == 0
            })
        });
        match closed {
            None => Ok(()),
            Some(closed) => Err(ClusterError::Unreachable { user: name.clone(), closed: PathBuf::from(closed) }),
        }
    }
}

/// The surroundings every PostgreSQL program gets.
pub(super) fn prepare(command: &mut Command) {
    for (name, _) in env::vars_os() {
        // PGDATA, PGPORT and their kind describe another server of the person who starts us.
        if name.as_encoded_bytes().starts_with(b"PG") {
            command.env_remove(name);
        }
    }
    // macOS: "postmaster became multithreaded during startup" with any other locale.
    command.env("LC_ALL", "C").current_dir("/");
}
