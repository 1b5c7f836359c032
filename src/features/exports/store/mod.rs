//! Every SQL statement about exports: one export here, lists and the making of files beside.
pub mod datasets;
pub mod list;
pub mod making;
pub mod schedules;

use super::model::{Export, File, Format, Order, Progress, State};
use crate::kernel::{Error, Result, Tx, Why};
use jiff_sqlx::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// An export as it stands in its table.
pub(super) struct Row {
    pub id: Uuid,
    pub dataset: String,
    pub filter: String,
    pub columns: Vec<String>,
    pub format: String,
    pub gzip: bool,
    pub label: String,
    pub time_zone: String,
    pub reason: String,
    pub ticket: Option<String>,
    pub owner_id: Uuid,
    pub schedule_id: Option<Uuid>,
    pub keep_hours: Option<i32>,
    pub state: String,
    pub attempt: i32,
    pub rows_expected: Option<i64>,
    pub rows_done: i64,
    pub bytes_done: i64,
    pub snapshot_at: Option<Timestamp>,
    pub created_at: jiff::Timestamp,
    pub started_at: Option<Timestamp>,
    pub seen_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub object_key: Option<String>,
    pub file_name: Option<String>,
    pub file_bytes: Option<i64>,
    pub file_rows: Option<i64>,
    pub sha256: Option<String>,
    pub error: Option<String>,
    pub downloads: i32,
}

impl Row {
    fn file(&self) -> Option<File> {
        Some(File {
            key: self.object_key.clone()?,
            name: self.file_name.clone()?,
            bytes: self.file_bytes?,
            rows: self.file_rows?,
            sha256: self.sha256.clone()?,
        })
    }
}

impl TryFrom<Row> for Export {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let progress = Progress {
            rows_expected: row.rows_expected,
            rows: row.rows_done,
            bytes: row.bytes_done,
            started_at: row.started_at.map(Timestamp::to_jiff),
            seen_at: row.seen_at.map(Timestamp::to_jiff),
            snapshot_at: row.snapshot_at.map(Timestamp::to_jiff),
        };
        Ok(Self {
            id: row.id,
            owner: row.owner_id,
            schedule: row.schedule_id,
            keep_hours: row.keep_hours,
            state: State::try_from(row.state.clone())?,
            attempt: row.attempt,
            progress,
            created_at: row.created_at,
            finished_at: row.finished_at.map(Timestamp::to_jiff),
            file: row.file(),
            error: row.error,
            downloads: row.downloads,
            order: Order {
                dataset: row.dataset,
                filter: row.filter,
                columns: row.columns,
                format: Format::try_from(row.format)?,
                gzip: row.gzip,
                label: row.label,
                time_zone: row.time_zone,
                why: Why { reason: Some(row.reason), ticket: row.ticket },
            },
        })
    }
}

/// One export.
pub async fn find(db: &mut PgConnection, id: Uuid) -> Result<Export> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, dataset, filter, columns, format, gzip, label, time_zone, reason, ticket, owner_id, schedule_id, keep_hours, state,
             attempt, rows_expected, rows_done, bytes_done, snapshot_at, created_at, started_at, seen_at, finished_at, object_key, file_name,
             file_bytes, file_rows, encode(sha256, 'hex') as sha256, error, downloads
           from backlot.exports where id = $1"#,
        id
    );
    row.fetch_optional(db).await?.ok_or_else(|| Error::no("export"))?.try_into()
}

/// One export, locked against others until the transaction ends.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<Export> {
    let locked = sqlx::query!("select from backlot.exports where id = $1 for no key update", id).fetch_optional(&mut **tx).await?;
    locked.ok_or_else(|| Error::no("export"))?;
    find(tx, id).await
}

/// How many of an admin's exports are on their way. Whoever asks at the same time waits: two cannot both be the last that fits.
pub async fn open_of(tx: &mut Tx, admin: Uuid) -> Result<i64> {
    sqlx::query!("select from backlot.admins where id = $1 for no key update", admin).fetch_one(&mut **tx).await?;
    let open = sqlx::query_scalar!(
        r#"select count(*) as "count!" from backlot.exports where owner_id = $1 and state in ('waiting', 'running')"#,
        admin
    );
    Ok(open.fetch_one(&mut **tx).await?)
}

/// Writes a new one down.
pub async fn insert(tx: &mut Tx, id: Uuid, order: &Order, of: Owner) -> Result<Export> {
    sqlx::query!(
        "insert into backlot.exports (id, dataset, filter, columns, format, gzip, label, time_zone, reason, ticket, owner_id, schedule_id,
           keep_hours, job_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        id,
        order.dataset,
        order.filter,
        &order.columns,
        order.format.code(),
        order.gzip,
        order.label,
        order.time_zone,
        order.why.reason.as_deref().unwrap_or_default(),
        order.why.ticket,
        of.admin,
        of.schedule,
        of.keep_hours,
        of.job,
    )
    .execute(&mut **tx)
    .await?;
    find(tx, id).await
}

/// Whose a new export is.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    pub admin: Uuid,
    pub schedule: Option<Uuid>,
    pub keep_hours: Option<i32>,
    /// The job that will make it.
    pub job: Uuid,
}

/// It is over, without a file.
pub async fn give_up(tx: &mut Tx, id: Uuid, state: State, error: Option<&str>) -> Result<Export> {
    sqlx::query!("update backlot.exports set state = $2, error = $3, finished_at = now() where id = $1", id, state.code(), error)
        .execute(&mut **tx)
        .await?;
    find(tx, id).await
}

/// Its file is there.
pub async fn publish(tx: &mut Tx, id: Uuid, file: &File) -> Result<Export> {
    sqlx::query!(
        "update backlot.exports set state = 'ready', finished_at = now(), seen_at = now(), rows_done = $5, bytes_done = $4, object_key = $2,
           file_name = $3, file_bytes = $4, file_rows = $5, sha256 = decode($6, 'hex') where id = $1",
        id,
        file.key,
        file.name,
        file.bytes,
        file.rows,
        file.sha256,
    )
    .execute(&mut **tx)
    .await?;
    find(tx, id).await
}

/// Its file is gone.
pub async fn expire(tx: &mut Tx, id: Uuid) -> Result<Export> {
    sqlx::query!("update backlot.exports set state = 'expired' where id = $1", id).execute(&mut **tx).await?;
    find(tx, id).await
}

/// Whether its time is not over yet, by the database's clock.
pub async fn is_kept(tx: &mut Tx, id: Uuid, setting_hours: i64) -> Result<bool> {
    let hours = i32::try_from(setting_hours).unwrap_or(i32::MAX);
    let kept = sqlx::query_scalar!(
        r#"select finished_at >= now() - make_interval(hours => coalesce(keep_hours, $2)) as "kept!" from backlot.exports
           where id = $1 and finished_at is not null"#,
        id,
        hours
    );
    Ok(kept.fetch_optional(&mut **tx).await?.unwrap_or(false))
}

/// Whether its owner is written to when it is ready.
pub async fn is_told(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let told = sqlx::query_scalar!(
        r#"select exists (select from backlot.exports e join backlot.export_schedules s on s.id = e.schedule_id
             where e.id = $1 and s.by_mail) as "told!""#,
        id
    );
    Ok(told.fetch_one(&mut **tx).await?)
}
