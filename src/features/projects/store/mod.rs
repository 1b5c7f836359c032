//! Every SQL statement about projects: the project here, what was made for it beside.
pub mod made;

use crate::kernel::{Error, Result};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// The most versions that are listed.
const SHOWN: i64 = 30;

/// A project, without its state.
pub struct Project {
    pub name: String,
    pub kind: String,
    pub status: String,
    pub user_id: Uuid,
    pub user_name: String,
    pub user_email: String,
    /// How long the state is as text.
    pub bytes: i32,
    pub step: Option<String>,
    pub blocked_by: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

pub async fn find(db: &mut PgConnection, id: Uuid) -> Result<Project> {
    let found = sqlx::query_as!(
        Project,
        r#"select p.name, p.kind, p.status, p.user_id, coalesce(u.name, '') as "user_name!", coalesce(u.email, '') as "user_email!",
             octet_length(p.state::text) as "bytes!", left(p.state ->> 'step', 60) as step, left(p.state ->> 'blocked_by', 200) as blocked_by,
             p.created_at, p.updated_at
           from platform.projects p left join platform.users u on u.id = p.user_id where p.id = $1"#,
        id
    )
    .fetch_optional(db)
    .await?;
    found.ok_or_else(|| Error::no("project"))
}

/// The state as text, whatever its size.
pub async fn state(db: &mut PgConnection, id: Uuid) -> Result<String> {
    let text = sqlx::query_scalar!(r#"select state::text as "state!" from platform.projects where id = $1"#, id).fetch_optional(db).await?;
    text.ok_or_else(|| Error::no("project"))
}

/// A part of the state, laid out in lines: so many letters from one on, counted from 0.
pub async fn part(db: &mut PgConnection, id: Uuid, from: i32, letters: i32) -> Result<(String, i32)> {
    let row = sqlx::query!(
        r#"select substr(t.text, $2 + 1, $3) as "part!", length(t.text) as "all!"
           from platform.projects p cross join lateral (select jsonb_pretty(p.state) as text) t where p.id = $1"#,
        id,
        from,
        letters
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| (row.part, row.all)).ok_or_else(|| Error::no("project"))
}

/// One version of its state.
pub struct Version {
    pub version: i32,
    pub status: String,
    pub bytes: i32,
    pub by: Option<String>,
    pub at: Timestamp,
}

/// The newest versions.
pub async fn versions(db: &mut PgConnection, id: Uuid) -> Result<Vec<Version>> {
    Ok(sqlx::query_as!(
        Version,
        r#"select version, status, state_bytes as bytes, changed_by as by, changed_at as at from platform.project_states
           where project_id = $1 order by version desc limit $2"#,
        id,
        SHOWN
    )
    .fetch_all(db)
    .await?)
}

/// The state of a version; nothing in it, when it is longer than `most` bytes.
pub async fn version(db: &mut PgConnection, id: Uuid, version: i32, most: i32) -> Result<(Version, Option<String>)> {
    let row = sqlx::query!(
        r#"select version, status, state_bytes, changed_by, changed_at, case when state_bytes <= $3 then state::text end as state
           from platform.project_states where project_id = $1 and version = $2"#,
        id,
        version,
        most
    )
    .fetch_optional(db)
    .await?;
    let row = row.ok_or_else(|| Error::no("version of this project"))?;
    let found =
        Version { version: row.version, status: row.status, bytes: row.state_bytes, by: row.changed_by, at: row.changed_at.to_jiff() };
    Ok((found, row.state))
}
