//! How and where a private database runs.

use std::{
    env,
    path::{Path, PathBuf},
};

use nix::{sys::statvfs::statvfs, unistd::Uid};
use ring::{
    digest,
    rand::{self, SystemRandom},
};

use super::{ClusterError, error::on};

/// How to run a private database.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder that holds everything about it.
    pub data_home: PathBuf,
    /// The program that knows the command `keep-postgres`: Backlot itself.
    pub keeper: PathBuf,
    /// The folder with PostgreSQL's programs (PG_BIN); otherwise they are looked for.
    pub bin: Option<PathBuf>,
    /// Many connections, and no care for what a crash would lose.
    pub fast: bool,
    /// Remove the whole folder when the server has ended.
    pub throwaway: bool,
}

/// What root's private databases have in common: a place that an unprivileged server may enter.
const FOR_ROOT: &str = "/var/lib/backlot";
/// Making a database writes some 300 files, which takes a twentieth of the time in memory.
const MEMORY: &str = "/dev/shm";
const ROOMY: u64 = 4 << 30;

impl Options {
    /// A database that is kept from one run to the next.
    #[must_use]
    pub fn new(data_home: PathBuf, keeper: PathBuf) -> Self {
        Self { data_home, keeper, bin: None, fast: false, throwaway: false }
    }

    /// One for a run of the tests: quick, in a folder of its own, gone afterwards.
    ///
    /// # Errors
    /// When the system gives no random bytes for its name.
    pub fn for_tests(keeper: PathBuf) -> Result<Self, ClusterError> {
        let random: [u8; 8] = rand::generate(&SystemRandom::new()).map_err(|_| ClusterError::NoRandomness)?.expose();
        let parent = if roomy(MEMORY) { PathBuf::from(MEMORY) } else { env::temp_dir() };
        let data_home = parent.join(format!("backlot-tests-{}", hex(&random)));
        Ok(Self { fast: true, throwaway: true, ..Self::new(data_home, keeper) })
    }
}

/// Where the data go when nobody says otherwise: beside the project, or as root below `/var/lib/backlot`, in one
/// folder for each project folder.
///
/// # Errors
/// When the current folder is gone.
pub fn default_home() -> Result<PathBuf, ClusterError> {
    let here = env::current_dir().map_err(on("Cannot find the current folder", Path::new(".")))?;
    if !Uid::effective().is_root() {
        return Ok(here.join(".data"));
    }
    let digest = digest::digest(&digest::SHA256, here.as_os_str().as_encoded_bytes());
    let key = hex(digest.as_ref().get(..4).unwrap_or_default());
    let name = here.file_name().unwrap_or("root".as_ref()).to_string_lossy();
    Ok(Path::new(FOR_ROOT).join(format!("{name}-{key}")))
}

fn roomy(folder: &str) -> bool {
    statvfs(folder).is_ok_and(|found| {
        #[allow(clippy::unnecessary_cast, reason = "some systems count in 32 bits")]
        let free = found.blocks_available() as u64 * found.fragment_size() as u64;
        free >= ROOMY
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
