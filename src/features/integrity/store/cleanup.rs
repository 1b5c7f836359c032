//! What is old, how much room it takes, and removing it, batch by batch.
use crate::features::integrity::model::cleanup::{Sweep, Tidied};
use crate::kernel::{Result, Tx, id};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// How far old rows are counted for the page; before anything is removed all of them are.
pub const SHOWN: i64 = 100_000;

/// Rows and bytes of a table: rows as the planner estimates them, bytes with its indexes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Size {
    pub rows: i64,
    pub bytes: i64,
}

/// The sizes of tables, by name.
///
/// # Errors
/// When the database cannot answer.
pub async fn sizes(db: &mut PgConnection, tables: &[String]) -> Result<HashMap<String, Size>> {
    let rows = sqlx::query!(
        r#"select t.name as "name!", greatest(c.reltuples, 0)::bigint as "rows!", pg_total_relation_size(c.oid) as "bytes!"
           from unnest($1::text[]) as t (name) join pg_class c on c.oid = to_regclass(t.name)"#,
        tables
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.name, Size { rows: row.rows, bytes: row.bytes })).collect())
}

/// The beginning of the day so many days ago: it stays the same for as long as somebody needs to confirm.
///
/// # Errors
/// When the database cannot answer.
pub async fn cutoff(db: &mut PgConnection, days: i64) -> Result<Timestamp> {
    let days = i32::try_from(days).unwrap_or(i32::MAX);
    let at = sqlx::query_scalar!(r#"select date_trunc('day', now(), 'UTC') - make_interval(days => $1) as "at!""#, days);
    Ok(at.fetch_one(db).await?.to_jiff())
}

/// How many rows are older, counted no further than asked.
///
/// # Errors
/// When the database cannot answer.
pub async fn due(db: &mut PgConnection, sweep: Sweep, cutoff: Timestamp, most: i64) -> Result<i64> {
    match sweep {
        Sweep::UserSessions => sessions(db, cutoff, most).await,
        Sweep::OutboxEvents => events(db, cutoff, most).await,
        Sweep::ViewGrants => views(db, cutoff, most).await,
        Sweep::GatewayCalls => calls(db, cutoff, most).await,
        Sweep::TrainingLogs => lines(db, cutoff).await,
    }
}

async fn sessions(db: &mut PgConnection, cutoff: Timestamp, most: i64) -> Result<i64> {
    let rows = sqlx::query_scalar!(
        r#"select count(*) as "rows!" from (select from platform.user_sessions where last_seen_at < $1 limit $2) s"#,
        cutoff.to_sqlx() as _,
        most
    );
    Ok(rows.fetch_one(db).await?)
}

async fn events(db: &mut PgConnection, cutoff: Timestamp, most: i64) -> Result<i64> {
    let rows = sqlx::query_scalar!(
        r#"select count(*) as "rows!" from (select from backlot.outbox_events where delivered_at < $1 limit $2) s"#,
        cutoff.to_sqlx() as _,
        most
    );
    Ok(rows.fetch_one(db).await?)
}

async fn views(db: &mut PgConnection, cutoff: Timestamp, most: i64) -> Result<i64> {
    let rows = sqlx::query_scalar!(
        r#"select count(*) as "rows!" from (select from backlot.view_grants where ended_at < $1 limit $2) s"#,
        cutoff.to_sqlx() as _,
        most
    );
    Ok(rows.fetch_one(db).await?)
}

async fn calls(db: &mut PgConnection, cutoff: Timestamp, most: i64) -> Result<i64> {
    let rows = sqlx::query_scalar!(
        r#"select count(*) as "rows!" from (select from backlot.gateway_calls where asked_at < $1 limit $2) s"#,
        cutoff.to_sqlx() as _,
        most
    );
    Ok(rows.fetch_one(db).await?)
}

/// What the trainings say of their logs: nobody counts millions of lines.
async fn lines(db: &mut PgConnection, cutoff: Timestamp) -> Result<i64> {
    let lines = sqlx::query_scalar!(
        r#"select coalesce(sum(log_lines), 0)::bigint as "lines!" from platform.lora_trainings where log_lines > 0 and finished_at < $1"#,
        cutoff.to_sqlx() as _
    );
    Ok(lines.fetch_one(db).await?)
}

/// Writes down that it is asked for; nothing when it is under way already.
///
/// # Errors
/// When the database refuses.
pub async fn ask(db: &mut PgConnection, sweep: Sweep, cutoff: Timestamp, due: i64, by: Option<Uuid>) -> Result<Option<Uuid>> {
    let asked = sqlx::query_scalar!(
        "insert into backlot.cleanup_runs (id, sweep, asked_by, cutoff, due, bytes_before)
         values ($1, $2, $3, $4, $5, pg_total_relation_size($6::text::regclass))
         on conflict (sweep) where finished_at is null do nothing returning id",
        id::new(),
        sweep.code(),
        by,
        cutoff.to_sqlx() as _,
        due,
        sweep.table()
    );
    Ok(asked.fetch_optional(db).await?)
}

/// What a job goes on with: which sweep, up to when, how many were due and are gone; nothing when it is done.
///
/// # Errors
/// When the database refuses.
pub async fn begin(db: &mut PgConnection, run: Uuid) -> Result<Option<(Sweep, Timestamp, i64, i64)>> {
    let row = sqlx::query!(
        "update backlot.cleanup_runs set state = 'running', started_at = coalesce(started_at, now())
         where id = $1 and finished_at is null returning sweep, cutoff, due, removed",
        run
    );
    let Some(row) = row.fetch_optional(db).await? else { return Ok(None) };
    Ok(Some((Sweep::try_from(row.sweep)?, row.cutoff.to_jiff(), row.due, row.removed)))
}

/// Counts what is gone.
///
/// # Errors
/// When the database refuses.
pub async fn count(db: &mut PgConnection, run: Uuid, removed: i64) -> Result<()> {
    sqlx::query!("update backlot.cleanup_runs set removed = removed + $2 where id = $1", run, removed).execute(db).await?;
    Ok(())
}

/// Ends it, with the size that the table has then.
///
/// # Errors
/// When the database refuses.
pub async fn finish(db: &mut PgConnection, run: Uuid, sweep: Sweep) -> Result<()> {
    sqlx::query!(
        "update backlot.cleanup_runs set state = 'done', finished_at = now(), bytes_after = pg_total_relation_size($2::text::regclass)
         where id = $1 and finished_at is null",
        run,
        sweep.table()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The newest times of tidying up.
///
/// # Errors
/// When the database cannot answer.
pub async fn newest(db: &mut PgConnection, most: i64) -> Result<Vec<Tidied>> {
    let rows = sqlx::query!(
        r#"select r.sweep, a.name as "asked_by?", r.asked_at, r.finished_at, r.due, r.removed, r.bytes_before, r.bytes_after
           from backlot.cleanup_runs r left join backlot.admins a on a.id = r.asked_by order by r.asked_at desc, r.id desc limit $1"#,
        most
    );
    let tidied = rows.fetch_all(db).await?.into_iter().filter_map(|row| {
        Some(Tidied {
            sweep: Sweep::find(&row.sweep)?,
            asked_by: row.asked_by,
            asked_at: row.asked_at.to_jiff(),
            finished_at: row.finished_at.map(|at| at.to_jiff()),
            due: row.due,
            removed: row.removed,
            bytes_before: row.bytes_before,
            bytes_after: row.bytes_after,
        })
    });
    Ok(tidied.collect())
}

/// The size of a sweep's table now.
///
/// # Errors
/// When the database cannot answer.
pub async fn bytes(tx: &mut Tx, sweep: Sweep) -> Result<i64> {
    let bytes = sqlx::query_scalar!(r#"select pg_total_relation_size($1::text::regclass) as "bytes!""#, sweep.table());
    Ok(bytes.fetch_one(&mut **tx).await?)
}
