//! What can go wrong with the private database, said so that a newcomer knows what to do.

use std::{io, path::PathBuf};

use crate::database::roles::RolesError;

/// Why the private database is not running. Every sentence says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    #[error(
        "Backlot needs PostgreSQL {} or newer, and none was found here.\n\
         {looked}Install one and start again:\n  \
         Debian, Ubuntu   apt-get install postgresql-15 (or a newer one)\n  \
         Fedora           dnf install postgresql-server postgresql-contrib\n  \
         macOS            brew install postgresql@17\n\
         or set BACKLOT_DATABASE_URL to the address of a server you have.",
        super::locate::OLDEST
    )]
    NotInstalled { looked: String },
    #[error("PG_BIN names a folder that cannot be used: {0}. Correct it or remove it.")]
    Named(String),
    #[error(
        "The data in {data} were made by PostgreSQL {made_by}, which cannot be used here.\n\
         {looked}Install PostgreSQL {made_by}, or move {data} away to start with an empty database."
    )]
    OtherVersion { data: PathBuf, made_by: u32, looked: String },
    #[error("PostgreSQL could not be fetched: {0}")]
    Fetching(String),
    #[error(
        "Another Backlot{process} is using the data in {home}. Stop that one first, \
         or set BACKLOT_DATA to a different folder."
    )]
    InUse { home: PathBuf, process: String },
    #[error(
        "PostgreSQL runs as the user {user}, who may not enter {closed}. \
         Set BACKLOT_DATA to a folder which every user can reach, such as /var/lib/backlot."
    )]
    Unreachable { user: String, closed: PathBuf },
    #[error(
        "PostgreSQL must not run as root, and this machine has neither a user `postgres` nor `nobody`. \
         Create one (useradd --system postgres), or start Backlot as an ordinary user."
    )]
    NoAccount,
    #[error("The new database could not be made; initdb said:\n{0}")]
    Initialising(String),
    #[error("PostgreSQL did not start. The end of {log}:\n{tail}")]
    Starting { log: PathBuf, tail: String },
    #[error("PostgreSQL was not ready after {seconds} seconds. The end of {log}:\n{tail}")]
    TooSlow { seconds: u64, log: PathBuf, tail: String },
    #[error("PostgreSQL is still running as process {0}, left over from before, and does not stop. End it and start again.")]
    Leftover(i32),
    #[error(
        "The database in {data} has lost its passwords: {passwords} is missing or cannot be read. \
         Put the file back, or move {data} away to start with an empty database."
    )]
    PasswordsLost { data: PathBuf, passwords: PathBuf },
    #[error(
        "This PostgreSQL lacks the extension {0}. Install its contributed modules \
         (Fedora: dnf install postgresql-contrib; Alpine: apk add postgresql-contrib) and start again."
    )]
    NoExtension(&'static str),
    #[error("The operating system gave no random bytes for passwords.")]
    NoRandomness,
    #[error("{what} {path}: {source}")]
    File { what: &'static str, path: PathBuf, source: io::Error },
    #[error("The private database does not answer: {0}")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Roles(#[from] RolesError),
    #[error("A step of the start was cut off: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// Names the file that an operation failed on, which `io::Error` leaves out.
pub(super) fn on<'a>(what: &'static str, path: &'a std::path::Path) -> impl FnOnce(io::Error) -> ClusterError + 'a {
    move |source| ClusterError::File { what, path: path.to_owned(), source }
}
