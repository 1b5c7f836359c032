//! Databases that only Backlot's own log-ins can enter.

use sqlx::PgConnection;

use super::roles::{APP, OWNER, READER, RolesError, SEALER, VIEWER, run};

/// Makes sure of the database: owned by the owner and entered by nobody but Backlot's roles.
///
/// # Errors
/// When PostgreSQL refuses, or the name is none.
pub async fn provide_database(superuser: &mut PgConnection, name: &str) -> Result<(), RolesError> {
    let name = checked(name)?;
    let found = sqlx::query_scalar::<_, String>("select datdba::regrole::text from pg_database where datname = $1");
    match found.bind(name).fetch_optional(&mut *superuser).await? {
        None => return create_database(superuser, name, None).await,
        Some(owner) if owner == OWNER => {}
        Some(_) => run(superuser, format!("alter database \"{name}\" owner to {OWNER}")).await?,
    }
    close(superuser, name).await
}

/// Makes a database, as a copy of `template` if one is named.
///
/// # Errors
/// When PostgreSQL refuses, or the name is none.
pub async fn create_database(superuser: &mut PgConnection, name: &str, template: Option<&str>) -> Result<(), RolesError> {
    let name = checked(name)?;
    let template = template.map(checked).transpose()?.map(|from| format!(" template \"{from}\"")).unwrap_or_default();
    run(superuser, format!("create database \"{name}\" owner {OWNER}{template}")).await?;
    // A copy does not take over who may connect to the original, so both ways need this.
    close(superuser, name).await
}

/// Every role of the server may connect to a new database and make temporary tables there, unless it is told not to.
async fn close(superuser: &mut PgConnection, name: &str) -> Result<(), RolesError> {
    run(superuser, format!("revoke all on database \"{name}\" from public")).await?;
    run(superuser, format!("grant connect on database \"{name}\" to {APP}, {READER}, {VIEWER}, {SEALER}")).await?;
    Ok(())
}

/// Removes every database but the one named and PostgreSQL's own.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn drop_databases_except(superuser: &mut PgConnection, kept: &str) -> Result<(), RolesError> {
    let others = "select datname::text from pg_database where not datistemplate and datname not in ('postgres', $1)";
    for name in sqlx::query_scalar::<_, String>(others).bind(kept).fetch_all(&mut *superuser).await? {
        drop_database(superuser, &name).await?;
    }
    Ok(())
}

/// Removes a database and ends whatever is still connected to it.
///
/// # Errors
/// When PostgreSQL refuses, or the name is none.
pub async fn drop_database(superuser: &mut PgConnection, name: &str) -> Result<(), RolesError> {
    run(superuser, format!("drop database if exists \"{}\" with (force)", checked(name)?)).await?;
    Ok(())
}

fn checked(name: &str) -> Result<&str, RolesError> {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let fits = (1..=63).contains(&name.len()) && name.chars().all(letters);
    fits.then_some(name).ok_or_else(|| RolesError::DatabaseName(name.to_owned()))
}
