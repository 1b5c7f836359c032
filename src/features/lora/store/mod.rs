//! Every SQL statement about LoRA models: one model here; lists, attempts, pictures, logs and changes beside.
pub mod attempts;
pub mod bulk;
pub mod change;
pub mod dataset;
pub mod groups;
pub mod list;
pub mod log;
pub mod panels;
pub mod watch;

use super::model::{Character, Deleted, ErrorClass, Failure, File, Model, Status};
use crate::kernel::{Error, Result};
use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

struct Row {
    id: Uuid,
    user_id: Uuid,
    character_id: Option<Uuid>,
    character: Option<String>,
    name: String,
    base_model: String,
    trigger_word: String,
    status: String,
    progress: i32,
    file_location: Option<String>,
    file_bytes: Option<i64>,
    config: Value,
    error_class: Option<String>,
    error: Option<String>,
    cost_minor: i64,
    currency: String,
    version: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
    silent_since: Option<jiff_sqlx::Timestamp>,
    deleted_at: Option<jiff_sqlx::Timestamp>,
    deleted_by: Option<String>,
    delete_reason: Option<String>,
    purged_at: Option<jiff_sqlx::Timestamp>,
    purge_error: Option<String>,
}

/// What the platform wrote down, or a word that nobody here knows.
pub fn class(code: Option<String>) -> ErrorClass {
    code.and_then(|code| ErrorClass::try_from(code).ok()).unwrap_or(ErrorClass::Unknown)
}

/// An object, whatever the platform put there.
pub fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(fields) = value { fields } else { Map::new() }
}

fn jiff(at: Option<jiff_sqlx::Timestamp>) -> Option<Timestamp> {
    at.map(jiff_sqlx::Timestamp::to_jiff)
}

impl TryFrom<Row> for Model {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let status = Status::try_from(row.status)?;
        let deleted = jiff(row.deleted_at).map(|at| Deleted {
            at,
            by: row.deleted_by,
            reason: row.delete_reason,
            purged_at: jiff(row.purged_at),
            purge_error: row.purge_error,
        });
        let failure = (status == Status::Failed).then(|| Failure { class: class(row.error_class), text: row.error.unwrap_or_default() });
        Ok(Self {
            id: row.id,
            user_id: row.user_id,
            character: row.character_id.zip(row.character).map(|(id, name)| Character { id, name }),
            name: row.name,
            base_model: row.base_model,
            trigger_word: row.trigger_word,
            status,
            progress: row.progress,
            file: row.file_location.map(|key| File { key, bytes: row.file_bytes.unwrap_or_default() }),
            config: object(row.config),
            failure,
            cost: (row.cost_minor, row.currency),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            silent_since: jiff(row.silent_since),
            deleted,
        })
    }
}

/// One model.
pub async fn find(db: &mut PgConnection, id: Uuid) -> Result<Model> {
    let row = sqlx::query_as!(
        Row,
        r#"select m.id, m.user_id, m.character_id, c.name as "character?", m.name, m.base_model, m.trigger_word, m.status, m.progress,
             m.file_location, m.file_bytes, m.config, m.error_class, m.error, m.cost_minor, m.currency, m.version, m.created_at, m.updated_at,
             m.silent_since, m.deleted_at, a.name as "deleted_by?", m.delete_reason, m.purged_at, m.purge_error
           from platform.lora_models m
           left join platform.characters c on c.id = m.character_id
           left join backlot.admins a on a.id = m.deleted_by
           where m.id = $1"#,
        id
    );
    row.fetch_optional(db).await?.ok_or_else(|| Error::no("LoRA model"))?.try_into()
}

/// Somebody whose model it is.
pub struct Owner {
    pub name: String,
    pub email: String,
}

/// Whose model it is.
pub async fn owner(db: &mut PgConnection, user: Uuid) -> Result<Owner> {
    let found = sqlx::query_as!(Owner, "select name, email from platform.users where id = $1", user);
    found.fetch_optional(db).await?.ok_or_else(|| Error::no("user"))
}
