//! One look of a check: begun, gone on with, ended.
use crate::features::integrity::model::{Check, Fault, MOST, Piece};
use crate::kernel::{Error, Result, Tx, id};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// A look that is going on.
pub struct Open {
    pub id: Uuid,
    /// Up to where it has looked.
    pub place: String,
}

/// Ends looks whose job is no more: it died, or somebody cancelled it.
async fn give_up_abandoned(db: &mut PgConnection, check: Check) -> Result<()> {
    sqlx::query!(
        "update backlot.integrity_runs r set state = 'failed', finished_at = now(), error = 'Its job came to no end.'
         where r.check_code = $1 and r.finished_at is null and not exists (
           select from backlot.jobs j where j.name = 'integrity.check' and j.finished_at is null and (j.id = r.id or j.payload ->> 'run' = r.id::text))",
        check.code()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes down that somebody asks for a look; nothing when one is going on.
///
/// # Errors
/// When the database refuses.
pub async fn ask(tx: &mut Tx, check: Check, by: Option<Uuid>) -> Result<Option<Uuid>> {
    give_up_abandoned(tx, check).await?;
    let asked = sqlx::query_scalar!(
        "insert into backlot.integrity_runs (id, check_code, asked_by) values ($1, $2, $3)
         on conflict (check_code) where finished_at is null do nothing returning id",
        id::new(),
        check.code(),
        by
    );
    Ok(asked.fetch_optional(&mut **tx).await?)
}

/// Begins the look of a job, or goes on with it; nothing when another look of this check is going on, or this one is over.
///
/// # Errors
/// When the database refuses.
pub async fn begin(db: &mut PgConnection, check: Check, run: Uuid) -> Result<Option<Open>> {
    give_up_abandoned(&mut *db, check).await?;
    sqlx::query!("insert into backlot.integrity_runs (id, check_code) values ($1, $2) on conflict do nothing", run, check.code())
        .execute(&mut *db)
        .await?;
    let open = sqlx::query_as!(
        Open,
        "update backlot.integrity_runs set state = 'running', started_at = coalesce(started_at, now())
         where id = $1 and finished_at is null returning id, place",
        run
    );
    Ok(open.fetch_optional(db).await?)
}

/// Keeps what one step came to.
///
/// # Errors
/// When the database refuses.
pub async fn keep(db: &mut PgConnection, run: Uuid, piece: &Piece) -> Result<()> {
    sqlx::query!(
        "with earlier as (select count(*)::int as rows from backlot.integrity_findings where run_id = $1)
         insert into backlot.integrity_findings (run_id, no, row_id, subject, label, detail)
         select $1, e.rows + f.no::int, f.row ->> 'row', (f.row ->> 'subject')::uuid, f.row ->> 'label', f.row ->> 'detail'
         from earlier e, jsonb_array_elements($2::jsonb) with ordinality as f (row, no) where e.rows + f.no <= $3 on conflict do nothing",
        run,
        Json(&piece.found) as Json<&Vec<Fault>>,
        MOST
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update backlot.integrity_runs set looked = looked + $2, found = found + $3, place = coalesce($4, place) where id = $1",
        run,
        piece.looked,
        piece.faults,
        piece.next
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends a look; how many rows it found wrong. What the one before it found makes room, and what is too old goes.
///
/// # Errors
/// When the database refuses.
pub async fn finish(db: &mut PgConnection, check: Check, run: Uuid, keep_days: i64) -> Result<i64> {
    let found =
        sqlx::query_scalar!("update backlot.integrity_runs set state = 'done', finished_at = now() where id = $1 returning found", run)
            .fetch_one(&mut *db)
            .await?;
    sqlx::query!(
        "delete from backlot.integrity_findings f using backlot.integrity_runs r
         where r.id = f.run_id and r.check_code = $1 and r.id <> $2",
        check.code(),
        run
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "delete from backlot.integrity_runs where check_code = $1 and id <> $2 and asked_at < now() - make_interval(days => $3)",
        check.code(),
        run,
        i32::try_from(keep_days).unwrap_or(i32::MAX)
    )
    .execute(db)
    .await?;
    Ok(found)
}

/// Ends a look that cannot be done, and says why. What the one before it found stays.
///
/// # Errors
/// When the database refuses.
pub async fn fail(db: &mut PgConnection, run: Uuid, why: &str) -> Result<()> {
    sqlx::query!(
        "with gone as (delete from backlot.integrity_findings where run_id = $1)
         update backlot.integrity_runs set state = 'failed', finished_at = now(), error = left($2, 1000) where id = $1 and finished_at is null",
        run,
        why
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The look whose findings are shown: the newest that was done.
///
/// # Errors
/// `Conflict` when there is none.
pub async fn newest(db: &mut PgConnection, check: Check) -> Result<Uuid> {
    let newest = sqlx::query_scalar!(
        "select id from backlot.integrity_runs where check_code = $1 and state = 'done' order by asked_at desc, id desc limit 1",
        check.code()
    );
    newest.fetch_optional(db).await?.ok_or_else(|| Error::Conflict("This check has not looked yet: there is nothing to repair.".into()))
}

/// The rows that are still to be put right.
///
/// # Errors
/// When the database cannot answer.
pub async fn open_rows(db: &mut PgConnection, run: Uuid) -> Result<Vec<String>> {
    let rows = sqlx::query_scalar!(
        "select row_id from backlot.integrity_findings where run_id = $1 and mended_at is null order by no limit $2",
        run,
        MOST
    );
    Ok(rows.fetch_all(db).await?)
}

/// Of these rows, those that the newest look found wrong and nobody has put right since.
///
/// # Errors
/// When the database cannot answer.
pub async fn confirmed(db: &mut PgConnection, check: Check, rows: &[String]) -> Result<Vec<String>> {
    let run = newest(&mut *db, check).await?;
    let rows = sqlx::query_scalar!(
        "select row_id from backlot.integrity_findings where run_id = $1 and row_id = any($2) and mended_at is null order by no",
        run,
        rows
    );
    Ok(rows.fetch_all(db).await?)
}

/// Notes which findings are put right, by whom it is not: the audit log has that.
///
/// # Errors
/// When the database refuses.
pub async fn mark(db: &mut PgConnection, check: Check, rows: &[String]) -> Result<()> {
    sqlx::query!(
        "update backlot.integrity_findings f set mended_at = now() from backlot.integrity_runs r
         where r.id = f.run_id and r.check_code = $1 and f.row_id = any($2) and f.mended_at is null",
        check.code(),
        rows
    )
    .execute(db)
    .await?;
    Ok(())
}
