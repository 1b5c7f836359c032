//! Every SQL statement about bulk operations: one operation here; freezing, rows and the list beside.
pub mod freeze;
pub mod list;
pub mod rows;

use super::model::{HOURS, Operation, State};
use crate::kernel::{Error, Result, Role, Tx, Why};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

struct Row {
    id: Uuid,
    kind: String,
    params: Value,
    label: String,
    list: String,
    filter: Option<String>,
    state: String,
    needs_second: bool,
    total: i64,
    planned: i64,
    done: i64,
    skipped: i64,
    failed: i64,
    done_to: Option<Uuid>,
    run: i32,
    reason: Option<String>,
    ticket: Option<String>,
    created_by: Uuid,
    created_at: Timestamp,
    started_at: Option<jiff_sqlx::Timestamp>,
    started_audit: Option<Uuid>,
    finished_at: Option<jiff_sqlx::Timestamp>,
    stopped_why: Option<String>,
    is_old: bool,
}

impl TryFrom<Row> for Operation {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let jiff = |at: Option<jiff_sqlx::Timestamp>| at.map(jiff_sqlx::Timestamp::to_jiff);
        Ok(Self {
            id: row.id,
            kind: row.kind,
            params: row.params,
            label: row.label,
            list: row.list,
            filter: row.filter,
            state: State::try_from(row.state)?,
            needs_second: row.needs_second,
            total: row.total,
            planned: row.planned,
            done: row.done,
            skipped: row.skipped,
            failed: row.failed,
            done_to: row.done_to,
            run: row.run,
            why: Why { reason: row.reason, ticket: row.ticket },
            created_by: row.created_by,
            created_at: row.created_at,
            started_at: jiff(row.started_at),
            started_audit: row.started_audit,
            finished_at: jiff(row.finished_at),
            stopped_why: row.stopped_why,
            is_old: row.is_old,
        })
    }
}

/// One operation.
pub async fn find(db: &mut PgConnection, id: Uuid) -> Result<Operation> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, kind, params, label, list, filter, state, needs_second, total, planned, done, skipped, failed, done_to, run, reason,
             ticket, created_by, created_at, started_at, started_audit, finished_at, stopped_why,
             created_at < clock_timestamp() - make_interval(hours => $2) as "is_old!"
           from backlot.bulk_operations where id = $1"#,
        id,
        HOURS
    );
    row.fetch_optional(db).await?.ok_or_else(|| Error::no("bulk operation"))?.try_into()
}

/// The operation, held until this transaction ends.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<Operation> {
    sqlx::query!("select from backlot.bulk_operations where id = $1 for update", id).execute(&mut **tx).await?;
    find(tx, id).await
}

/// Writes a preview down.
pub async fn add(tx: &mut Tx, operation: &Operation) -> Result<()> {
    sqlx::query!(
        "insert into backlot.bulk_operations (id, kind, params, label, list, filter, needs_second, total, planned, reason, ticket, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        operation.id,
        operation.kind,
        operation.params,
        operation.label,
        operation.list,
        operation.filter,
        operation.needs_second,
        operation.total,
        operation.planned,
        operation.why.reason,
        operation.why.ticket,
        operation.created_by
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// It runs: from the start, or on from where it was.
pub async fn run(tx: &mut Tx, id: Uuid) -> Result<Operation> {
    let audit = tx.audit_id();
    sqlx::query!(
        "update backlot.bulk_operations set state = 'running', run = run + 1, started_at = coalesce(started_at, clock_timestamp()),
           started_audit = coalesce(started_audit, $2), worked_at = clock_timestamp(), stopped_why = null where id = $1",
        id,
        audit
    )
    .execute(&mut **tx)
    .await?;
    find(tx, id).await
}

/// It stands still, or is over.
pub async fn stop(tx: &mut Tx, id: Uuid, state: State, why: Option<&str>) -> Result<Operation> {
    sqlx::query!(
        "update backlot.bulk_operations set state = $2, stopped_why = $3, finished_at = case when $2 <> 'paused' then clock_timestamp() end
         where id = $1",
        id,
        state.code(),
        why
    )
    .execute(&mut **tx)
    .await?;
    find(tx, id).await
}

/// Operations that nobody goes on with, by their run.
pub async fn idle(db: &mut PgConnection) -> Result<Vec<(Uuid, i32)>> {
    let idle = sqlx::query!(
        "select id, run from backlot.bulk_operations where state = 'running' and worked_at < now() - interval '2 minutes' limit 100"
    );
    Ok(idle.fetch_all(db).await?.into_iter().map(|row| (row.id, row.run)).collect())
}

/// Previews that are too old to be confirmed.
pub async fn old(db: &mut PgConnection) -> Result<Vec<Uuid>> {
    let old = sqlx::query_scalar!(
        "select id from backlot.bulk_operations where state = 'draft' and created_at < now() - make_interval(hours => $1)
         order by created_at, id limit 100",
        HOURS + 1
    );
    Ok(old.fetch_all(db).await?)
}

/// Who has prepared it, as they stand now: name, role, and whether they are active.
pub async fn owner(db: &mut PgConnection, id: Uuid) -> Result<(String, Role, bool)> {
    let row = sqlx::query!("select name, role, status from backlot.admins where id = $1", id).fetch_optional(db).await?;
    let row = row.ok_or_else(|| Error::no("admin"))?;
    Ok((row.name, Role::try_from(row.role)?, row.status == "active"))
}

/// The proposal that waits for this operation, if one does.
pub async fn proposal(db: &mut PgConnection, id: Uuid) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from backlot.approvals where action = 'bulk.start_seconded' and target_kind = 'bulk_operation' and target_id = $1
           and state in ('open', 'approved')",
        id.to_string()
    )
    .fetch_optional(db)
    .await?)
}
