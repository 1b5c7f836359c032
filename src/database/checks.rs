//! What must be true of a database before Backlot serves with it; everything that is not is said together.
use super::migrate;
use crate::kernel::audit;
use sqlx::PgPool;

/// Everything that is not as it must be, a sentence each. Empty: serve.
///
/// # Errors
/// When the database cannot be asked.
pub async fn failures(app: &PgPool, reader: &PgPool) -> Result<Vec<String>, audit::Error> {
    if let Some(failure) = outdated(app).await {
        return Ok(vec![failure]);
    }
    let mut failures = audit::guards(app).await?;
    failures.extend(reads_only(reader).await?);
    Ok(failures)
}

async fn reads_only(reader: &PgPool) -> Result<Option<String>, sqlx::Error> {
    let role = sqlx::query!(
        r#"select current_user::text as "name!", rolsuper or rolbypassrls or exists (
             select from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname in ('backlot', 'platform') and c.relkind = 'r'
               and has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) as "may_write!"
           from pg_roles where rolname = current_user"#
    )
    .fetch_one(reader)
    .await?;
    Ok(role
        .may_write
        .then(|| format!("The pages read as {}, which may write; they need the role backlot_reader (see `backlot migrate`).", role.name)))
}

async fn outdated(app: &PgPool) -> Option<String> {
    let ran: Result<Option<i64>, _> = sqlx::query_scalar("select max(version) from _sqlx_migrations where success").fetch_one(app).await;
    match ran {
        Ok(Some(version)) if version == migrate::newest() => None,
        Ok(Some(version)) if version > migrate::newest() => {
            Some(format!("The database is at migration {version}, which this version of Backlot does not know. Start a newer one."))
        }
        Err(error) if !matches!(error, sqlx::Error::Database(_)) => Some(format!("The database does not answer: {error}")),
        _ => Some("The tables are missing or out of date. Run `backlot migrate` with BACKLOT_OWNER_DATABASE_URL set.".into()),
    }
}
