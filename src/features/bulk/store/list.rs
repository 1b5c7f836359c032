//! The list of bulk operations, newest first.
use crate::features::bulk::filter::Filter;
use crate::features::bulk::model::State;
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Cursor, Page, Way, encode, moment};
use crate::kernel::{Error, Result};
use crate::web::list::Total;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row as _};
use uuid::Uuid;

/// An operation in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: Uuid,
    pub kind: String,
    pub label: String,
    pub state: State,
    pub planned: i64,
    pub done: i64,
    pub skipped: i64,
    pub failed: i64,
    pub by: String,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}

impl FromRow<'_, PgRow> for Listed {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let state = State::try_from(row.try_get::<String, _>("state")?).map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok(Self {
            id: row.try_get("id")?,
            kind: row.try_get("kind")?,
            label: row.try_get("label")?,
            state,
            planned: row.try_get("planned")?,
            done: row.try_get("done")?,
            skipped: row.try_get("skipped")?,
            failed: row.try_get("failed")?,
            by: row.try_get("by")?,
            created_at: row.try_get::<jiff_sqlx::Timestamp, _>("created_at")?.to_jiff(),
            finished_at: row.try_get::<Option<jiff_sqlx::Timestamp>, _>("finished_at")?.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

const COLUMNS: &str = "select b.id, b.kind, b.label, b.state, b.planned, b.done, b.skipped, b.failed, b.created_at, b.finished_at, \
     (select a.name from backlot.admins a where a.id = b.created_by) as by from backlot.bulk_operations b";
const COUNTED: &str = "select count(*) from (select from backlot.bulk_operations b";
const NEWEST: &str = " order by b.created_at desc, b.id desc";
const OLDEST: &str = " order by b.created_at, b.id";

fn narrow(list: &mut Listing, filter: &Filter, me: Uuid) {
    if let Some(state) = filter.state {
        list.and_word("b.state = ", state.code());
    }
    if filter.author.is_some() {
        list.and_bind("b.created_by = ", me);
    }
}

/// A page of the list.
pub async fn page(db: &mut PgConnection, filter: &Filter, me: Uuid) -> Result<Page<Listed>> {
    let cursor = filter.cursor();
    let mut list = Listing::new(COLUMNS);
    narrow(&mut list, filter, me);
    if let Some((way, Cursor { at, id })) = cursor {
        let at = moment(at).ok_or_else(|| Error::Malformed("This page's address was altered.".into()))?;
        let condition = if way == Way::After { "(b.created_at, b.id) < (" } else { "(b.created_at, b.id) > (" };
        list.and_bind(condition, jiff_sqlx::Timestamp::from(at)).push(", ").bind(id).push(")");
    }
    let way = cursor.map(|(way, _)| way);
    let rows: Vec<Listed> = list.page(db, Order { forwards: NEWEST, backwards: OLDEST, way }).await?;
    Ok(Page::cut(rows, way, |row| encode(&Cursor { at: row.created_at.as_microsecond(), id: row.id })))
}

/// How many there are, up to 10,000.
pub async fn total(db: &mut PgConnection, filter: &Filter, me: Uuid) -> Result<Total> {
    let mut list = Listing::new(COUNTED);
    narrow(&mut list, filter, me);
    Ok(Total::capped(list.capped_count(db).await?))
}
