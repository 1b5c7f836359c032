//! A private PostgreSQL for people who just want to run Backlot, and for its tests.
//!
//! It is found on this machine or fetched once, keeps its data in one folder, listens on this machine only,
//! and stops when Backlot stops, however that happens.

mod account;
mod address;
mod choose;
mod error;
mod fetch;
mod home;
mod init;
mod keeper;
mod locate;
mod log;
mod options;
mod passwords;
mod places;
mod postmaster;
mod run;

use std::{
    path::Path,
    process::Child,
    time::{Duration, Instant},
};

use sqlx::{Connection, PgConnection};

use self::{
    account::Account,
    home::{Home, Lock},
    passwords::Stored,
    run::{Running, Server},
};
pub use self::{
    address::{Address, Addresses, DATABASE},
    error::ClusterError,
    keeper::KeepPostgres,
    options::{Options, default_home},
};
use super::{databases, roles};

/// A private database that runs until this is stopped or dropped, or this process ends.
pub struct Cluster {
    home: Home,
    keeper: Child,
    addresses: Addresses,
    // Last, so that it is given back when the keeper has been told to stop.
    _lock: Lock,
}

impl Cluster {
    /// Finds or fetches PostgreSQL, makes the data if there are none, and starts the server.
    ///
    /// # Errors
    /// Each says what to do about it.
    pub async fn start(options: Options) -> Result<Self, ClusterError> {
        let home = Home::open(&options.data_home)?;
        let lock = home.lock()?;
        let account = Account::choose(&home.data())?;
        account.must_reach(home.path())?;
        let installation = choose::installation(&home, &account, options.bin.as_deref()).await?;
        let passwords = Stored::open(&home)?;
        if home.made_by().is_none() {
            tracing::info!("Making a new database in {}", home.path().display());
            let (home, installation, account) = (home.clone(), installation.clone(), account.clone());
            let password = passwords.superuser.clone();
            let made = move || init::initialise(&home, &installation, &account, &password);
            tokio::task::spawn_blocking(made).await??;
        }
        postmaster::stop_leftover(&home.data()).await?;
        let server = Server { home: &home, installation: &installation, account: &account, options: &options };
        let Running { keeper, port } = server.run().await?;
        let addresses = Addresses::new(port, &passwords);
        // From here on a failure drops the keeper's pipe, which stops the server.
        let cluster = Self { home, keeper, addresses, _lock: lock };
        cluster.prepare(&passwords).await?;
        Ok(cluster)
    }

    /// The addresses of a private database that another process runs in this folder.
    #[must_use]
    pub fn running(data_home: &Path) -> Option<Addresses> {
        let home = Home::existing(data_home)?;
        let note = postmaster::running(&home.data()).filter(|note| note.ready)?;
        Some(Addresses::new(note.port, &Stored::read(&home)?))
    }

    #[must_use]
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    #[must_use]
    pub fn superuser(&self) -> &Address {
        &self.addresses.superuser
    }

    /// An empty database, owned like the main one.
    ///
    /// # Errors
    /// When the name is taken or is none.
    pub async fn create_database(&self, name: &str) -> Result<Addresses, ClusterError> {
        self.create(name, None).await
    }

    /// A copy of a database that nobody is connected to.
    ///
    /// # Errors
    /// When the name is taken or is none, or somebody is connected to the template.
    pub async fn create_database_from_template(&self, name: &str, template: &str) -> Result<Addresses, ClusterError> {
        self.create(name, Some(template)).await
    }

    /// Removes a database, whoever is connected to it.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn drop_database(&self, name: &str) -> Result<(), ClusterError> {
        let mut superuser = self.connect().await?;
        databases::drop_database(&mut superuser, name).await?;
        Ok(superuser.close().await?)
    }

    /// Removes what earlier runs of the tests left: every database but the main one.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn drop_other_databases(&self) -> Result<(), ClusterError> {
        let mut superuser = self.connect().await?;
        databases::drop_databases_except(&mut superuser, DATABASE).await?;
        Ok(superuser.close().await?)
    }

    /// Stops the server and waits until everything is written.
    ///
    /// # Errors
    /// When the server does not end.
    pub async fn stop(mut self) -> Result<(), ClusterError> {
        drop(self.keeper.stdin.take());
        let deadline = Instant::now() + Duration::from_secs(90);
        while Instant::now() < deadline && self.keeper.try_wait().is_ok_and(|ended| ended.is_none()) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // Only if somebody killed the keeper.
        postmaster::stop_leftover(&self.home.data()).await
    }

    async fn create(&self, name: &str, template: Option<&str>) -> Result<Addresses, ClusterError> {
        let mut superuser = self.connect().await?;
        databases::create_database(&mut superuser, name, template).await?;
        superuser.close().await?;
        Ok(self.addresses.with_database(name))
    }

    /// A connection for each use: one that is kept would belong to the runtime of the test that opened it.
    async fn connect(&self) -> Result<PgConnection, ClusterError> {
        Ok(PgConnection::connect_with(&self.superuser().options()).await?)
    }

    async fn prepare(&self, passwords: &Stored) -> Result<(), ClusterError> {
        let mut superuser = self.connect().await?;
        let extension = sqlx::query("select from pg_available_extensions where name = $1").bind(locate::EXTENSION);
        if extension.fetch_optional(&mut superuser).await?.is_none() {
            return Err(ClusterError::NoExtension(locate::EXTENSION));
        }
        roles::provision(&mut superuser, &passwords.for_roles()).await?;
        databases::provide_database(&mut superuser, DATABASE).await?;
        Ok(superuser.close().await?)
    }
}
