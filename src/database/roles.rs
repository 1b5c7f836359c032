//! The five log-ins of Backlot in the database, each able to do only its own part.

use secrecy::{ExposeSecret, SecretString};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use super::scram::{self, Password};

/// Why the roles or a database could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum RolesError {
    #[error("PostgreSQL refused to set up Backlot's roles: {0}")]
    Sql(#[from] sqlx::Error),
    #[error("the password for {0} must be of plain printable ASCII characters")]
    Password(&'static str),
    #[error("{0:?} is not a database name: use lower-case letters, digits and underscores, at most 63")]
    DatabaseName(String),
}

/// What the roles sign in with. A role without one here keeps the password it has, or gets none.
#[derive(Clone, Debug, Default)]
pub struct Passwords {
    pub owner: Option<SecretString>,
    pub app: Option<SecretString>,
    pub reader: Option<SecretString>,
    pub viewer: Option<SecretString>,
    pub sealer: Option<SecretString>,
    /// All of them hold at least 128 random bits, so that signing in need not be made slow against guessing.
    pub random: bool,
}

/// Owns the schema and runs migrations; never used to serve a page.
pub const OWNER: &str = "backlot_owner";
/// Writes, with explicit grants.
pub const APP: &str = "backlot_app";
/// Reads for pages.
pub const READER: &str = "backlot_reader";
/// Sees what one user sees, while an admin views as that user.
pub const VIEWER: &str = "backlot_viewer";
/// Seals the audit log.
pub const SEALER: &str = "backlot_sealer";

type Settings = &'static [(&'static str, &'static str)];

const WAITING: Settings = &[("lock_timeout", "3s"), ("idle_in_transaction_session_timeout", "15s")];
const SERVING: Settings = &[("statement_timeout", "10s")];
const READ_ONLY: Settings = &[("default_transaction_read_only", "on")];
/// What pages read is in memory. Plans are kept: lists write their filters into the SQL, and searches ask to be planned anew.
const READING: Settings = &[("plan_cache_mode", "auto"), ("random_page_cost", "1.1"), ("jit", "off")];

/// Makes the roles as they must be. What is right already is left alone, so it may run again and again.
///
/// # Errors
/// When the log-in may not create roles, or a password is not of plain ASCII.
pub async fn provision(superuser: &mut PgConnection, passwords: &Passwords) -> Result<(), RolesError> {
    let mut tx = superuser.begin().await?;
    // Two migrations at once would both find a role missing and both create it.
    sqlx::query("select pg_advisory_xact_lock(hashtext('backlot roles'))").execute(&mut *tx).await?;
    let kind = if passwords.random { Password::Random } else { Password::Chosen };
    let roles: [(&'static str, _, &[Settings]); 5] = [
        (OWNER, &passwords.owner, &[WAITING]),
        (APP, &passwords.app, &[WAITING, SERVING]),
        (READER, &passwords.reader, &[WAITING, SERVING, READ_ONLY, READING]),
        (VIEWER, &passwords.viewer, &[WAITING, SERVING, READ_ONLY]),
        (SEALER, &passwords.sealer, &[WAITING, SERVING]),
    ];
    for (name, password, settings) in roles {
        provide_role(&mut tx, name, settings).await?;
        if let Some(password) = password {
            let verifier = scram::verifier(password.expose_secret(), kind).ok_or(RolesError::Password(name))?;
            run(&mut tx, format!("alter role {name} password '{verifier}'")).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn provide_role(tx: &mut PgConnection, name: &str, settings: &[Settings]) -> Result<(), RolesError> {
    match wrong_attributes(tx, name).await? {
        None => run(tx, format!("create role {name} login {}", attributes(name).join(" "))).await?,
        Some(wrong) if wrong.is_empty() => {}
        // Only what is wrong: naming `nosuperuser` at all would need a superuser before PostgreSQL 16.
        Some(wrong) => run(tx, format!("alter role {name} {}", wrong.join(" "))).await?,
    }
    for (setting, value) in settings.iter().copied().flatten() {
        run(tx, format!("alter role {name} set {setting} = '{value}'")).await?;
    }
    Ok(())
}

/// The owner inherits, or it could not create in `public` through the rights of the database's owner.
fn attributes(name: &str) -> Vec<&'static str> {
    let inherits = if name == OWNER { "inherit" } else { "noinherit" };
    vec!["nosuperuser", "nocreatedb", "nocreaterole", "noreplication", "nobypassrls", inherits]
}

/// `None` when there is no such role.
pub(super) async fn wrong_attributes(tx: &mut PgConnection, name: &str) -> Result<Option<Vec<&'static str>>, sqlx::Error> {
    let found = sqlx::query(
        "select rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolinherit
           from pg_catalog.pg_roles where rolname = $1",
    )
    .bind(name)
    .fetch_optional(tx)
    .await?;
    let Some(found) = found else { return Ok(None) };
    let mut wrong = Vec::new();
    if !found.try_get::<bool, _>("rolcanlogin")? {
        wrong.push("login");
    }
    let columns = ["rolsuper", "rolcreatedb", "rolcreaterole", "rolreplication", "rolbypassrls", "rolinherit"];
    for (column, attribute) in columns.into_iter().zip(attributes(name)) {
        if found.try_get::<bool, _>(column)? != (attribute == "inherit") {
            wrong.push(attribute);
        }
    }
    Ok(Some(wrong))
}

/// Only for text put together from the constants above, checked names and verifiers.
pub(super) async fn run(connection: &mut PgConnection, statement: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await?;
    Ok(())
}
