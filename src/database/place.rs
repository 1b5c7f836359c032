//! Which database: the one that the environment names, or a private one that is found or fetched and run.
use super::cluster::{Addresses, Cluster, DATABASE, Options, default_home};
use super::{migrate, roles};
use crate::kernel::audit;
use crate::settings::Given;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use std::path::PathBuf;
use std::str::FromStr;

/// Each role's way into the database.
#[derive(Clone)]
pub struct Ways {
    pub app: PgConnectOptions,
    pub reader: PgConnectOptions,
    pub viewer: PgConnectOptions,
    pub sealer: PgConnectOptions,
    /// Only for migrations.
    pub owner: Option<PgConnectOptions>,
}

/// A database to work with, and the private server that must go on running meanwhile.
pub struct Place {
    pub ways: Ways,
    /// The private database's folder.
    pub home: Option<PathBuf>,
    pub cluster: Option<Cluster>,
}

/// Why there is no database to work with.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error("{0} is no address of a database: {1}")]
    Address(&'static str, sqlx::Error),
    #[error(transparent)]
    Cluster(#[from] super::cluster::ClusterError),
    #[error("this program does not know where it is itself: {0}")]
    Itself(std::io::Error),
    #[error("the tables could not be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error(transparent)]
    Audit(#[from] audit::Error),
    #[error("the database does not answer its owner: {0}")]
    Owner(sqlx::Error),
}

impl Place {
    /// Finds the database, and starts a private one where none is named.
    ///
    /// # Errors
    /// When there is none, with what to do about it.
    pub async fn find(given: &Given) -> Result<Self, PlaceError> {
        if let Some(ways) = named(given)? {
            return Ok(Self { ways, home: None, cluster: None });
        }
        let home = home(given)?;
        let keeper = std::env::current_exe().map_err(PlaceError::Itself)?;
        let cluster = Cluster::start(Options { bin: given.pg_bin.clone(), ..Options::new(home.clone(), keeper) }).await?;
        let ways = ways(cluster.addresses());
        Ok(Self { ways, home: Some(home), cluster: Some(cluster) })
    }

    /// As [`Place::find`], but joins a private database that another process runs already.
    ///
    /// # Errors
    /// As [`Place::find`].
    pub async fn join(given: &Given) -> Result<Self, PlaceError> {
        if given.database_url.is_none() {
            let home = home(given)?;
            if let Some(addresses) = Cluster::running(&home) {
                return Ok(Self { ways: ways(&addresses), home: Some(home), cluster: None });
            }
        }
        Self::find(given).await
    }

    /// Brings the private database's tables up to date; another's are brought by `backlot migrate`.
    ///
    /// # Errors
    /// When a migration fails.
    pub async fn prepare(&self) -> Result<(), PlaceError> {
        if let (Some(cluster), Some(owner)) = (&self.cluster, &self.ways.owner) {
            let mut owner = PgConnection::connect_with(owner).await.map_err(PlaceError::Owner)?;
            migrate::run(&mut owner).await?;
            owner.close().await.map_err(PlaceError::Owner)?;
            let superuser = cluster.superuser().with_database(DATABASE);
            let mut superuser = PgConnection::connect_with(&superuser.options()).await.map_err(PlaceError::Owner)?;
            audit::harden(&mut superuser).await?;
            superuser.close().await.map_err(PlaceError::Owner)?;
        }
        Ok(())
    }

    /// Stops the private server and waits until everything is written.
    ///
    /// # Errors
    /// When it does not stop.
    pub async fn leave(self) -> Result<(), PlaceError> {
        match self.cluster {
            Some(cluster) => Ok(cluster.stop().await?),
            None => Ok(()),
        }
    }
}

fn home(given: &Given) -> Result<PathBuf, PlaceError> {
    given.data.clone().map_or_else(|| Ok(default_home()?), Ok)
}

fn ways(addresses: &Addresses) -> Ways {
    Ways {
        app: addresses.app.options(),
        reader: addresses.reader.options(),
        viewer: addresses.viewer.options(),
        sealer: addresses.sealer.options(),
        owner: Some(addresses.owner.options()),
    }
}

/// The ways that the environment names. Reader, viewer and sealer follow the server's own, with their own names, unless told otherwise.
fn named(given: &Given) -> Result<Option<Ways>, PlaceError> {
    let Some(url) = &given.database_url else { return Ok(None) };
    let app = parse("BACKLOT_DATABASE_URL", url)?;
    let other = |name, url: &Option<String>, role| match url {
        Some(url) => parse(name, url),
        None => Ok(app.clone().username(role)),
    };
    let reader = other("BACKLOT_READER_DATABASE_URL", &given.reader_database_url, roles::READER)?;
    let viewer = other("BACKLOT_VIEWER_DATABASE_URL", &given.viewer_database_url, roles::VIEWER)?;
    let sealer = other("BACKLOT_SEALER_DATABASE_URL", &given.sealer_database_url, roles::SEALER)?;
    let owner = given.owner_database_url.as_ref().map(|url| parse("BACKLOT_OWNER_DATABASE_URL", url)).transpose()?;
    Ok(Some(Ways { app, reader, viewer, sealer, owner }))
}

fn parse(name: &'static str, url: &str) -> Result<PgConnectOptions, PlaceError> {
    PgConnectOptions::from_str(url).map_err(|error| PlaceError::Address(name, error))
}
