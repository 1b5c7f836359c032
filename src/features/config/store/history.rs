//! What a setting was, all the way back.
use crate::kernel::{Result, Tx, id};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// The most changes that are shown.
pub const MOST: i64 = 200;

/// One change.
pub struct Past {
    pub version: i32,
    /// Nothing: the default.
    pub before: Option<Value>,
    pub after: Value,
    pub by: String,
    pub reason: String,
    pub audit_id: Uuid,
    pub at: Timestamp,
}

/// A change in the making.
pub struct Step<'a> {
    pub key: &'a str,
    pub version: i32,
    pub before: Option<&'a Value>,
    pub after: &'a Value,
}

/// Keeps a change; who, why and when are those of the transaction's entry.
pub async fn keep(tx: &mut Tx, step: &Step<'_>, by: Option<Uuid>, reason: Option<&str>) -> Result<()> {
    let audit_id = tx.audit_id();
    sqlx::query!(
        "insert into backlot.system_config_history (id, key, version, old_value, new_value, admin_user_id, reason, audit_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id::new(),
        step.key,
        step.version,
        step.before,
        step.after,
        by,
        reason,
        audit_id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The changes of a setting, newest first; one more than [`MOST`] when there are more.
pub async fn of(db: &mut PgConnection, key: &str) -> Result<Vec<Past>> {
    let rows = sqlx::query!(
        r#"select h.version, h.old_value, h.new_value as "new_value!", coalesce(a.name, 'Backlot') as "by!", coalesce(h.reason, '') as "reason!",
             h.audit_id, h.created_at
           from backlot.system_config_history h left join backlot.admins a on a.id = h.admin_user_id
           where h.key = $1 and h.new_value is not null order by h.version desc limit $2"#,
        key,
        MOST + 1
    );
    let past = rows.fetch_all(db).await?.into_iter().map(|row| Past {
        version: row.version,
        before: row.old_value,
        after: row.new_value,
        by: row.by,
        reason: row.reason,
        audit_id: row.audit_id,
        at: row.created_at.to_jiff(),
    });
    Ok(past.collect())
}
