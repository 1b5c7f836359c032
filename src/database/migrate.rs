//! Bringing the tables up to date.
use sqlx::PgConnection;
use sqlx::migrate::{MigrateError, Migrator};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Runs what has not been run yet, as the owner.
///
/// # Errors
/// When a migration fails, or one that was run has been changed since.
pub async fn run(owner: &mut PgConnection) -> Result<(), MigrateError> {
    MIGRATIONS.run(owner).await
}

/// The newest migration that this program knows.
pub fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// How many there are.
pub fn count() -> usize {
    MIGRATIONS.iter().count()
}
