//! What the pages show: each check with its newest looks, and what one of them found.
use crate::features::integrity::model::{Check, Finding, Run, State};
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// Looks that a trend shows.
const TREND: i64 = 30;
/// Findings of one page.
pub const PAGE: i64 = 50;

struct Row {
    id: Uuid,
    check_code: String,
    state: String,
    asked_by: Option<String>,
    asked_at: jiff_sqlx::Timestamp,
    started_at: Option<jiff_sqlx::Timestamp>,
    finished_at: Option<jiff_sqlx::Timestamp>,
    looked: i64,
    found: i64,
    error: Option<String>,
}

impl Row {
    /// A look of a check that this version does not know is left out.
    fn run(self) -> Result<Option<Run>> {
        let Some(check) = Check::find(&self.check_code) else { return Ok(None) };
        Ok(Some(Run {
            id: self.id,
            check,
            state: State::try_from(self.state)?,
            asked_by: self.asked_by,
            asked_at: self.asked_at.to_jiff(),
            started_at: self.started_at.map(|at| at.to_jiff()),
            finished_at: self.finished_at.map(|at| at.to_jiff()),
            looked: self.looked,
            found: self.found,
            error: self.error,
        }))
    }
}

/// The newest looks of each check, the newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn newest(db: &mut PgConnection, checks: &[Check]) -> Result<Vec<Run>> {
    let codes: Vec<String> = checks.iter().map(|check| check.code().to_owned()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select r.id, r.check_code, r.state, a.name as "asked_by?", r.asked_at, r.started_at, r.finished_at, r.looked, r.found, r.error
           from unnest($1::text[]) with ordinality as c (code, no)
           cross join lateral (
             select * from backlot.integrity_runs r where r.check_code = c.code order by r.asked_at desc, r.id desc limit $2) r
           left join backlot.admins a on a.id = r.asked_by
           order by c.no, r.asked_at desc, r.id desc"#,
        &codes,
        TREND
    );
    rows.fetch_all(db).await?.into_iter().filter_map(|row| row.run().transpose()).collect()
}

/// How many findings of each check's newest look are put right by now.
///
/// # Errors
/// When the database cannot answer.
pub async fn mended(db: &mut PgConnection, runs: &[Uuid]) -> Result<HashMap<Uuid, i64>> {
    let rows = sqlx::query!(
        r#"select f.run_id, count(*) as "rows!" from backlot.integrity_findings f
           where f.run_id = any($1) and f.mended_at is not null group by f.run_id"#,
        runs
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.run_id, row.rows)).collect())
}

/// What a look found, after the finding of a number.
///
/// # Errors
/// When the database cannot answer.
pub async fn findings(db: &mut PgConnection, run: Uuid, after: i32) -> Result<Vec<Finding>> {
    let rows = sqlx::query!(
        "select no, row_id, subject, label, detail, mended_at from backlot.integrity_findings
         where run_id = $1 and no > $2 order by no limit $3",
        run,
        after,
        PAGE + 1
    );
    let finding = |row| finding_of(row);
    let rows = rows.map(|row| (row.no, row.row_id, row.subject, row.label, row.detail, row.mended_at.map(|at| at.to_jiff())));
    Ok(rows.fetch_all(db).await?.into_iter().map(finding).collect())
}

type Columns = (i32, String, Option<Uuid>, String, String, Option<Timestamp>);

fn finding_of((no, row_id, subject, label, detail, mended_at): Columns) -> Finding {
    Finding { no, row_id, subject, label, detail, mended_at }
}

/// Which of these users there are.
///
/// # Errors
/// When the database cannot answer.
pub async fn who_exists(db: &mut PgConnection, users: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!("select id from platform.users where id = any($1)", users).fetch_all(db).await?)
}

/// When each check comes by itself, by the name of its schedule; a schedule that is paused is left out.
///
/// # Errors
/// When the database cannot answer.
pub async fn due(db: &mut PgConnection) -> Result<HashMap<String, Timestamp>> {
    let rows = sqlx::query!("select name, next_at from backlot.job_schedules where name like 'integrity.%' and not paused");
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.name, row.next_at.to_jiff())).collect())
}
