//! Making the data of a new private database.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use super::{
    ClusterError,
    account::Account,
    address::SUPERUSER,
    error::on,
    home::{Home, write_private},
    locate::Installation,
};
use crate::database::scram::{self, Password};

const UNFINISHED: &str = "pg.new";
/// The first version that orders text by itself, the same on every system.
const OWN_LOCALES: u32 = 17;

/// Makes them in a folder of another name, so that data that exist are always whole.
pub(super) fn initialise(home: &Home, installation: &Installation, account: &Account, password: &str) -> Result<(), ClusterError> {
    clear(home).map_err(on("Cannot clear", home.path()))?;
    // An initdb may have outlived a killed Backlot; with a name of our own it cannot get in the way.
    let unfinished = home.path().join(format!("{UNFINISHED}-{}", std::process::id()));
    let secret = unfinished.with_extension("password");
    // PostgreSQL takes over a verifier as it is, so the password itself is never in a file of the server's user.
    let verifier = scram::verifier(password, Password::Random).ok_or(ClusterError::NoRandomness)?;
    fs::create_dir(&unfinished).map_err(on("Cannot make", &unfinished))?;
    account.give(&unfinished).map_err(on("Cannot give away", &unfinished))?;
    write_private(&secret, verifier.as_bytes()).map_err(on("Cannot write", &secret))?;
    account.give(&secret).map_err(on("Cannot give away", &secret))?;
    let made = initdb(installation, account, &unfinished, &secret);
    fs::remove_file(&secret).map_err(on("Cannot remove", &secret))?;
    made?;
    let data = home.data();
    fs::rename(&unfinished, &data).map_err(on("Cannot put in place", &data))
}

fn initdb(installation: &Installation, account: &Account, data: &Path, password: &Path) -> Result<(), ClusterError> {
    let mut said = String::new();
    for locale in locales(installation.major) {
        let made = account
            .command(&installation.program("initdb"))
            .args(["--username", SUPERUSER, "--auth", "scram-sha-256", "--encoding", "UTF8"])
            .args(["--data-checksums", "--no-instructions"])
            .args(*locale)
            .arg("--pwfile")
            .arg(password)
            .arg("--pgdata")
            .arg(data)
            .output()
            .map_err(on("Cannot run", &installation.program("initdb")))?;
        if made.status.success() {
            return Ok(());
        }
        said = format!("{}{}", String::from_utf8_lossy(&made.stdout), String::from_utf8_lossy(&made.stderr));
    }
    Err(ClusterError::Initialising(said))
}

/// Names are ordered by code point, but upper and lower case are known beyond ASCII wherever the system can.
fn locales(major: u32) -> &'static [&'static [&'static str]] {
    if major >= OWN_LOCALES {
        &[&["--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]]
    } else if env::consts::OS == "linux" {
        &[&["--locale", "C.UTF-8"], &["--locale", "C"]]
    } else {
        &[&["--locale", "C"]]
    }
}

/// Removes what a start that was cut off left behind.
fn clear(home: &Home) -> io::Result<()> {
    for entry in fs::read_dir(home.path())? {
        let path: PathBuf = entry?.path();
        let ours = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes()));
        match (ours, path.is_dir()) {
            (false, _) => {}
            (true, true) => fs::remove_dir_all(&path)?,
            (true, false) => fs::remove_file(&path)?,
        }
    }
    Ok(())
}
