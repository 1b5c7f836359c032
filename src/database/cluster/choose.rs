//! Which PostgreSQL runs the private database.

use std::path::Path;

use super::{
    ClusterError,
    account::Account,
    fetch,
    home::Home,
    locate::{Installation, Search},
};

/// The named one, one that is installed, one fetched earlier, or one fetched now. Data are served only by the
/// major version that made them.
pub(super) async fn installation(home: &Home, account: &Account, named: Option<&Path>) -> Result<Installation, ClusterError> {
    let wanted = home.made_by();
    if let Some(bin) = named {
        return by_name(home, account, bin);
    }
    let search = Search::installed(account, wanted);
    if let Some(found) = search.found {
        return Ok(found);
    }
    if let Some(found) = fetch::fetched(home, account, wanted).found {
        return Ok(found);
    }
    fetch::fetch(home, account, wanted).await.map_err(|error| {
        let looked = format!("{}{error}.\n", search.looked());
        match wanted {
            Some(made_by) => ClusterError::OtherVersion { data: home.data(), made_by, looked },
            None => ClusterError::NotInstalled { looked },
        }
    })
}

fn by_name(home: &Home, account: &Account, bin: &Path) -> Result<Installation, ClusterError> {
    let found = Installation::examine(bin, account).map_err(ClusterError::Named)?;
    match home.made_by() {
        Some(made_by) if made_by != found.major => Err(ClusterError::OtherVersion {
            data: home.data(),
            made_by,
            looked: format!("PG_BIN is {}, which is PostgreSQL {}.\n", bin.display(), found.major),
        }),
        _ => Ok(found),
    }
}
