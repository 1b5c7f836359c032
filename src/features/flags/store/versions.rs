//! What a flag was: each version whole, with who made it so and why.
use crate::features::flags::model::{Flag, State};
use crate::kernel::{Error, Result, Tx};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// One version.
#[derive(Clone, Debug)]
pub struct Version {
    pub flag_id: Uuid,
    pub version: i32,
    /// `edited`, `killed` …
    pub what: String,
    pub by: Option<String>,
    pub reason: Option<String>,
    /// The entry of the audit log; nothing: from before there was one.
    pub audit_id: Option<Uuid>,
    pub created_at: Timestamp,
    pub before: Option<State>,
    pub after: State,
}

struct Row {
    flag_id: Uuid,
    version: i32,
    what: String,
    by: Option<String>,
    reason: Option<String>,
    audit_id: Option<Uuid>,
    created_at: jiff_sqlx::Timestamp,
    old_config: Option<serde_json::Value>,
    new_config: serde_json::Value,
}

impl Row {
    fn version(self) -> Result<Version> {
        Ok(Version {
            flag_id: self.flag_id,
            version: self.version,
            what: self.what,
            by: self.by,
            reason: self.reason,
            audit_id: self.audit_id,
            created_at: self.created_at.to_jiff(),
            before: self.old_config.map(serde_json::from_value).transpose()?,
            after: serde_json::from_value(self.new_config)?,
        })
    }
}

/// Writes a version down.
///
/// # Errors
/// When the database refuses.
pub async fn write(tx: &mut Tx, before: Option<&State>, flag: &Flag, what: &str, (by, reason): (Option<Uuid>, Option<&str>)) -> Result<()> {
    let audit_id = tx.audit_id();
    sqlx::query!(
        "insert into backlot.feature_flag_history (id, flag_id, flag_name, version, what, admin_user_id, old_config, new_config, reason, audit_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        crate::kernel::id::new(),
        flag.id,
        flag.state.name,
        flag.version,
        what,
        by,
        before.map(serde_json::to_value).transpose()?,
        serde_json::to_value(&flag.state)?,
        reason,
        audit_id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The newest versions of a flag, the newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn newest(db: &mut PgConnection, flag: Uuid, most: i64) -> Result<Vec<Version>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select h.flag_id, h.version, h.what, a.name as "by?", h.reason, h.audit_id, h.created_at, h.old_config, h.new_config
           from backlot.feature_flag_history h left join backlot.admins a on a.id = h.admin_user_id
           where h.flag_id = $1 order by h.version desc limit $2"#,
        flag,
        most
    );
    rows.fetch_all(db).await?.into_iter().map(Row::version).collect()
}

/// One version of a flag.
///
/// # Errors
/// `NotFound`.
pub async fn find(db: &mut PgConnection, flag: Uuid, version: i32) -> Result<Version> {
    let row = sqlx::query_as!(
        Row,
        r#"select h.flag_id, h.version, h.what, a.name as "by?", h.reason, h.audit_id, h.created_at, h.old_config, h.new_config
           from backlot.feature_flag_history h left join backlot.admins a on a.id = h.admin_user_id
           where h.flag_id = $1 and h.version = $2"#,
        flag,
        version
    );
    row.fetch_optional(db).await?.ok_or_else(|| Error::NotFound(format!("This flag has no version {version}.").into()))?.version()
}

/// What a flag was at a time; `None` before it was made.
///
/// # Errors
/// When the database cannot answer.
pub async fn at(db: &mut PgConnection, flag: Uuid, time: Timestamp) -> Result<Option<Version>> {
    let row = sqlx::query_as!(
        Row,
        r#"select h.flag_id, h.version, h.what, a.name as "by?", h.reason, h.audit_id, h.created_at, h.old_config, h.new_config
           from backlot.feature_flag_history h left join backlot.admins a on a.id = h.admin_user_id
           where h.flag_id = $1 and h.created_at <= $2 order by h.version desc limit 1"#,
        flag,
        jiff_sqlx::Timestamp::from(time) as _
    );
    row.fetch_optional(db).await?.map(Row::version).transpose()
}

/// The flags that changed after a time, in the order of their ids.
///
/// # Errors
/// When the database cannot answer.
pub async fn changed_since(db: &mut PgConnection, time: Timestamp) -> Result<Vec<Uuid>> {
    let since = jiff_sqlx::Timestamp::from(time);
    Ok(sqlx::query_scalar!("select distinct flag_id from backlot.feature_flag_history where created_at > $1 order by flag_id", since as _)
        .fetch_all(db)
        .await?)
}
