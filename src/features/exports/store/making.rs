//! What the making of a file reads and writes: nothing here is an admin's change.
use crate::features::exports::model::File;
use crate::kernel::{Error, Result, Role, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

/// Takes an export up, from the beginning, and says which attempt this is. Nothing when it is over already.
pub async fn begin(db: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar!(
        "update backlot.exports set state = 'running', attempt = attempt + 1, started_at = now(), seen_at = now(), rows_expected = null,
           rows_done = 0, bytes_done = 0, snapshot_at = null
         where id = $1 and state in ('waiting', 'running') returning attempt",
        id
    )
    .fetch_optional(db)
    .await
}

/// Notes which job is at it now.
pub async fn hand_over(db: &mut PgConnection, id: Uuid, job: Uuid) -> sqlx::Result<()> {
    sqlx::query!("update backlot.exports set job_id = $2 where id = $1", id, job).execute(db).await?;
    Ok(())
}

/// How far an attempt is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reached {
    pub expected: Option<i64>,
    pub rows: i64,
    pub bytes: i64,
    pub snapshot: Option<Timestamp>,
}

/// Notes how far it is. `false` when it was cancelled, or another attempt is at it.
pub async fn reach(db: &mut PgConnection, id: Uuid, attempt: i32, reached: Reached) -> sqlx::Result<bool> {
    let noted = sqlx::query!(
        "update backlot.exports set rows_expected = $3, rows_done = $4, bytes_done = $5, snapshot_at = $6, seen_at = now()
         where id = $1 and state = 'running' and attempt = $2",
        id,
        attempt,
        reached.expected,
        reached.rows,
        reached.bytes,
        reached.snapshot.map(ToSqlx::to_sqlx) as _,
    );
    Ok(noted.execute(db).await?.rows_affected() == 1)
}

/// Who asked: their name and role, while they work here.
pub async fn owner(db: &mut PgConnection, admin: Uuid) -> Result<Option<(String, Role)>> {
    let row = sqlx::query!("select name, role from backlot.admins where id = $1 and status = 'active'", admin).fetch_optional(db).await?;
    row.map(|row| Ok((row.name, Role::try_from(row.role)?))).transpose()
}

/// Where letters to an admin go.
pub async fn address(tx: &mut Tx, admin: Uuid) -> Result<Option<String>> {
    let address = sqlx::query_scalar!("select email from backlot.admins where id = $1 and status = 'active'", admin);
    Ok(address.fetch_optional(&mut **tx).await?)
}

/// The exports whose time is over, by the setting's hours or their own.
pub async fn overdue(db: &mut PgConnection, setting_hours: i64) -> sqlx::Result<Vec<Uuid>> {
    let hours = i32::try_from(setting_hours).unwrap_or(i32::MAX);
    sqlx::query_scalar!(
        "select id from backlot.exports
         where state = 'ready' and finished_at < now() - make_interval(hours => coalesce(keep_hours, $1)) order by finished_at limit 500",
        hours
    )
    .fetch_all(db)
    .await
}

/// The exports that nobody is at any more: their job died, and why.
pub async fn abandoned(db: &mut PgConnection) -> sqlx::Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        r#"select e.id, coalesce(j.last_error, 'Its job is gone.') as "why!" from backlot.exports e
           left join backlot.jobs j on j.id = e.job_id
           where e.state in ('waiting', 'running') and coalesce(j.state, 'dead') not in ('waiting', 'running') limit 100"#
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.id, row.why)).collect())
}

/// Whether an object in the store is an export's file, or may become one.
pub async fn is_wanted(db: &mut PgConnection, id: Uuid, key: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from backlot.exports
             where id = $1 and (state in ('waiting', 'running') or (state = 'ready' and object_key = $2))) as "is!""#,
        id,
        key
    )
    .fetch_one(db)
    .await
}

/// Counts a download, and gives the file of an export that is ready and of this admin.
pub async fn download(tx: &mut Tx, id: Uuid) -> Result<File> {
    let row = sqlx::query!(
        r#"update backlot.exports set downloads = downloads + 1 where id = $1 and state = 'ready'
           returning object_key as "key!", file_name as "name!", file_bytes as "bytes!", file_rows as "rows!", encode(sha256, 'hex') as "sha256!""#,
        id
    );
    let row = row.fetch_optional(&mut **tx).await?.ok_or_else(|| Error::NotFound("This export's file is not there any more.".into()))?;
    Ok(File { key: row.key, name: row.name, bytes: row.bytes, rows: row.rows, sha256: row.sha256 })
}
