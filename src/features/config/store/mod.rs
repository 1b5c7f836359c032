//! Every SQL statement about settings.
pub mod history;

use super::model::{Rows, Stored};
use crate::kernel::{Result, Tx};
use crate::live::settings::Definition;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// What the database holds of all settings, with who changed each last.
pub async fn all(db: &mut PgConnection) -> Result<Rows> {
    let rows = sqlx::query!(
        r#"select c.key, c.value, c.version, c.updated_at, a.name as "by?"
           from backlot.system_config c left join backlot.admins a on a.id = c.updated_by"#
    );
    let rows = rows.fetch_all(db).await?.into_iter();
    Ok(rows.map(|row| (row.key, Stored { value: row.value, version: row.version, by: row.by, at: row.updated_at.to_jiff() })).collect())
}

/// The same, with every other change kept waiting until this transaction ends: rules between settings hold only so.
pub async fn lock(tx: &mut Tx) -> Result<Rows> {
    sqlx::query!("select from backlot.live_topics where topic = 'settings' for update").fetch_one(&mut **tx).await?;
    all(tx).await
}

/// Gives a setting a value; returns which version of it that is.
pub async fn set(tx: &mut Tx, definition: &Definition, value: &Value, by: Option<Uuid>) -> Result<i32> {
    let version = sqlx::query_scalar!(
        "insert into backlot.system_config (key, value, category, description, validation_type, updated_by)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (key) do update set value = excluded.value, description = excluded.description, updated_by = excluded.updated_by,
           updated_at = now(), version = backlot.system_config.version + 1
         returning version",
        definition.key,
        value,
        definition.category.code(),
        definition.about,
        definition.kind.code(),
        by
    );
    Ok(version.fetch_one(&mut **tx).await?)
}
