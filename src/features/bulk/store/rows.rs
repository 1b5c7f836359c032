//! The rows of an operation: the next ones to be done, what became of each, and a page of them.
use crate::features::bulk::filter::Rows;
use crate::features::bulk::model::RowState;
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Page, Way, encode};
use crate::kernel::{Error, Result, Tx};
use crate::web::bulk::Frozen;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row as _};
use uuid::Uuid;

/// The next rows after the last that was done with.
pub async fn next(tx: &mut Tx, operation: Uuid, after: Option<Uuid>, most: i64) -> Result<Vec<Frozen>> {
    let rows = sqlx::query!(
        "select row_id, was from backlot.bulk_rows
         where operation_id = $1 and row_id > coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid) and state = 'waiting'
         order by row_id limit $3",
        operation,
        after,
        most
    );
    Ok(rows.fetch_all(&mut **tx).await?.into_iter().map(|row| Frozen { id: row.row_id, was: row.was }).collect())
}

/// What became of a row, to be written down.
pub struct Settled {
    pub id: Uuid,
    pub state: RowState,
    pub why: Option<String>,
    pub audit: Option<Uuid>,
}

/// Writes down what became of these rows, and moves the operation on to the last of them.
pub async fn settle(tx: &mut Tx, operation: Uuid, rows: &[Settled], to: Uuid) -> Result<()> {
    let states: Vec<String> = rows.iter().map(|row| row.state.code().to_owned()).collect();
    let changed = sqlx::query!(
        "update backlot.bulk_rows b set state = r.state, why = r.why, audit_id = r.audit
         from unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[]) as r (id, state, why, audit)
         where b.operation_id = $1 and b.row_id = r.id and b.state = 'waiting'",
        operation,
        &rows.iter().map(|row| row.id).collect::<Vec<_>>(),
        &states,
        &rows.iter().map(|row| row.why.clone()).collect::<Vec<_>>() as _,
        &rows.iter().map(|row| row.audit).collect::<Vec<_>>() as _
    );
    if changed.execute(&mut **tx).await?.rows_affected() != rows.len() as u64 {
        return Err(Error::internal("a row of a bulk operation was settled already"));
    }
    let of = |state| i64::try_from(rows.iter().filter(|row| row.state == state).count()).unwrap_or(i64::MAX);
    sqlx::query!(
        "update backlot.bulk_operations set done = done + $2, skipped = skipped + $3, failed = failed + $4, done_to = $5,
           worked_at = clock_timestamp() where id = $1",
        operation,
        of(RowState::Done),
        of(RowState::Skipped),
        of(RowState::Failed),
        to
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A row of an operation.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: Uuid,
    pub label: String,
    pub state: RowState,
    pub why: Option<String>,
    pub audit: Option<Uuid>,
}

impl FromRow<'_, PgRow> for Listed {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let state = RowState::try_from(row.try_get::<String, _>("state")?).map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok(Self {
            id: row.try_get("row_id")?,
            label: row.try_get("label")?,
            state,
            why: row.try_get("why")?,
            audit: row.try_get("audit_id")?,
        })
    }
}

const COLUMNS: &str = "select r.row_id, r.label, r.state, r.why, r.audit_id from backlot.bulk_rows r";

/// A page of the rows.
pub async fn page(db: &mut PgConnection, operation: Uuid, filter: &Rows) -> Result<Page<Listed>> {
    let mut list = Listing::new(COLUMNS);
    list.and_bind("r.operation_id = ", operation);
    if let Some(state) = filter.state {
        list.and_word("r.state = ", state.code());
    }
    let cursor = filter.cursor();
    if let Some((way, id)) = cursor {
        list.and_bind(if way == Way::After { "r.row_id > " } else { "r.row_id < " }, id);
    }
    let way = cursor.map(|(way, _)| way);
    let order = Order { forwards: " order by r.row_id", backwards: " order by r.row_id desc", way };
    let rows: Vec<Listed> = list.page(db, order).await?;
    Ok(Page::cut(rows, way, |row| encode(&row.id)))
}

/// The next rows that were not done, for a file.
pub async fn not_done(db: &mut PgConnection, operation: Uuid, after: Option<Uuid>, most: i64) -> Result<Vec<Listed>> {
    let mut list = Listing::new(COLUMNS);
    list.and_bind("r.operation_id = ", operation).and("r.state in ('left', 'skipped', 'failed')");
    if let Some(after) = after {
        list.and_bind("r.row_id > ", after);
    }
    list.push(" order by r.row_id limit ").bind(most);
    list.all(db).await
}
