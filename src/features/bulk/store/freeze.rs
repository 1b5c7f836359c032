//! Freezing: which rows an operation is about is written down once, as they are seen in its preview.
use crate::kernel::listing::Listing;
use crate::kernel::{Result, Tx};
use crate::web::bulk::{BulkKind, Wanted};
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row as _};
use uuid::Uuid;

/// What was frozen.
#[derive(Clone, Copy, Debug)]
pub struct Frozen {
    pub total: i64,
    pub planned: i64,
}

impl FromRow<'_, PgRow> for Frozen {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self { total: row.try_get("total")?, planned: row.try_get("planned")? })
    }
}

/// Writes the rows down, at most one more than so many: who finds more has asked for too many.
pub async fn rows(tx: &mut Tx, operation: Uuid, kind: &BulkKind, wanted: &Wanted<'_>, most: i64) -> Result<Frozen> {
    let mut list = Listing::new("with found as (");
    (kind.rows)(&mut list, wanted)?;
    list.push(" limit ").bind(most.saturating_add(1)).push("), put as (");
    list.push("insert into backlot.bulk_rows (operation_id, row_id, label, was, state, why) select ").bind(operation);
    list.push("::uuid, id, left(label, 200), coalesce(was, ''), case when skip is null then 'waiting' else 'left' end, skip from found order by id ");
    list.push("returning state) select count(*) as total, count(*) filter (where state = 'waiting') as planned from put");
    list.plan_anew();
    list.one(&mut **tx).await
}

/// Why rows were left out, and how many of them for each reason.
pub async fn left(db: &mut PgConnection, operation: Uuid) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select coalesce(why, '') as "why!", count(*) as "count!" from backlot.bulk_rows where operation_id = $1 and state = 'left'
           group by 1 order by 2 desc, 1 limit 20"#,
        operation
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.why, row.count)).collect())
}

/// The first few that are to be done: id, what people call it, and how it was.
pub async fn sample(db: &mut PgConnection, operation: Uuid, most: i64) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        "select row_id, label from backlot.bulk_rows where operation_id = $1 and state = 'waiting' order by row_id limit $2",
        operation,
        most
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.row_id, row.label)).collect())
}

/// What was frozen is of no use any more.
pub async fn forget(tx: &mut Tx, operation: Uuid) -> Result<()> {
    sqlx::query!("delete from backlot.bulk_rows where operation_id = $1", operation).execute(&mut **tx).await?;
    Ok(())
}
