//! Where the private database is reached, and by whom.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::passwords::Stored;
use crate::database::roles;

/// The database that every address means unless it is told another.
pub const DATABASE: &str = "backlot";
pub(super) const SUPERUSER: &str = "postgres";
const HOST: &str = "127.0.0.1";

/// One role's way into one database.
#[derive(Clone)]
pub struct Address {
    role: &'static str,
    password: SecretString,
    port: u16,
    database: String,
}

impl Address {
    /// The same role in another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        Self { database: name.to_owned(), ..self.clone() }
    }

    #[must_use]
    pub fn options(&self) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .host(HOST)
            .port(self.port)
            .username(self.role)
            .password(self.password.expose_secret())
            .database(&self.database)
            // Nothing leaves the machine, and the private server has no certificate.
            .ssl_mode(PgSslMode::Disable)
    }

    /// For another program, such as psql. Contains the password.
    #[must_use]
    pub fn url(&self) -> SecretString {
        let Self { role, password, port, database } = self;
        format!("postgres://{role}:{}@{HOST}:{port}/{database}", password.expose_secret()).into()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{HOST}:{}/{}", self.role, self.port, self.database)
    }
}

/// Every role's way in. `superuser` may do anything, row-level security included: it serves only to set up.
#[derive(Clone, Debug)]
pub struct Addresses {
    pub superuser: Address,
    pub owner: Address,
    pub app: Address,
    pub reader: Address,
    pub viewer: Address,
    pub sealer: Address,
}

impl Addresses {
    pub(super) fn new(port: u16, passwords: &Stored) -> Self {
        let address = |role, password: &str| Address { role, password: password.into(), port, database: DATABASE.to_owned() };
        Self {
            superuser: address(SUPERUSER, &passwords.superuser).with_database(SUPERUSER),
            owner: address(roles::OWNER, &passwords.owner),
            app: address(roles::APP, &passwords.app),
            reader: address(roles::READER, &passwords.reader),
            viewer: address(roles::VIEWER, &passwords.viewer),
            sealer: address(roles::SEALER, &passwords.sealer),
        }
    }

    /// The same roles in another database; the superuser stays where databases are made.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        Self {
            superuser: self.superuser.clone(),
            owner: self.owner.with_database(name),
            app: self.app.with_database(name),
            reader: self.reader.with_database(name),
            viewer: self.viewer.with_database(name),
            sealer: self.sealer.with_database(name),
        }
    }
}
