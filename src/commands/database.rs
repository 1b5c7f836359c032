//! `backlot migrate` and `backlot database-url`.
use crate::database::cluster::{Cluster, default_home};
use crate::database::place::{Place, PlaceError};
use crate::database::{migrate, roles};
use crate::settings::Given;
use secrecy::{ExposeSecret, SecretString};
use sqlx::{Connection, PgConnection};
use std::error::Error;

/// Makes the roles that are missing, with the passwords of the given addresses, and brings the tables up to date.
///
/// # Errors
/// When the owner's address is missing or refused, or a migration fails.
pub async fn migrate(given: &Given) -> Result<(), Box<dyn Error>> {
    if given.database_url.is_none() {
        let place = Place::find(given).await?;
        place.prepare().await?;
        println!("The private database is up to date ({} migrations).", migrate::count());
        return Ok(place.leave().await?);
    }
    let place = Place::find(given).await?;
    let owner = place.ways.owner.clone().ok_or("BACKLOT_OWNER_DATABASE_URL is not set: migrations run as the tables' owner.")?;
    let mut owner = PgConnection::connect_with(&owner).await.map_err(PlaceError::Owner)?;
    roles::provision(&mut owner, &passwords(given)).await?;
    migrate::run(&mut owner).await?;
    owner.close().await?;
    println!("The database is up to date ({} migrations).", migrate::count());
    Ok(())
}

fn passwords(given: &Given) -> roles::Passwords {
    let app = given.database_url.as_deref().and_then(password);
    let or_app = |url: &Option<String>| url.as_deref().and_then(password).or_else(|| app.clone());
    roles::Passwords {
        reader: or_app(&given.reader_database_url),
        sealer: or_app(&given.sealer_database_url),
        app,
        ..roles::Passwords::default()
    }
}

/// The password in an address.
fn password(url: &str) -> Option<SecretString> {
    let (user, _) = url.split_once("://")?.1.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    let decoded = crate::web::pairs::Pairs::parse(format!("p={}", password.replace('+', "%2B")).as_bytes()).ok()?;
    decoded.get("p").map(SecretString::from)
}

/// Prints the address of the private database that runs now.
///
/// # Errors
/// When none runs, or the role is unknown.
pub fn url(given: &Given, role: &str) -> Result<(), Box<dyn Error>> {
    let home = given.data.clone().map_or_else(default_home, Ok)?;
    let addresses = Cluster::running(&home).ok_or("No private database runs here now; start one with `cargo run`.")?;
    let address = match role {
        "owner" => addresses.owner,
        "app" => addresses.app,
        "reader" => addresses.reader,
        "viewer" => addresses.viewer,
        "sealer" => addresses.sealer,
        _ => return Err("There is no such role: owner, app, reader, viewer or sealer.".into()),
    };
    println!("{}", address.url().expose_secret());
    Ok(())
}
