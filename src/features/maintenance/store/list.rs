//! The windows as the page shows them: what is open, what is planned, and all that is past.
use crate::features::maintenance::filter::Filter;
use crate::features::maintenance::model::{State, Why, Window};
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Cursor, Page, Way, encode, moment};
use crate::kernel::{Error, Result};
use crate::web::list::Total;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row as _};

/// A window with those who had to do with it.
#[derive(Clone, Debug)]
pub struct Listed {
    pub window: Window,
    /// Who began or planned it.
    pub by: Option<String>,
    /// Who ended or cancelled it.
    pub ended_by: Option<String>,
    /// Whether the audit log has something about it.
    pub recorded: bool,
}

impl FromRow<'_, PgRow> for Listed {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let wrong = |error: Error| sqlx::Error::Decode(error.to_string().into());
        let time =
            |name: &str| Ok::<_, sqlx::Error>(row.try_get::<Option<jiff_sqlx::Timestamp>, _>(name)?.map(jiff_sqlx::Timestamp::to_jiff));
        let why = row.try_get::<Option<String>, _>("ended_why")?.map(Why::try_from).transpose().map_err(wrong)?;
        let window = Window {
            id: row.try_get("id")?,
            state: State::try_from(row.try_get::<String, _>("state")?).map_err(wrong)?,
            message: row.try_get("message")?,
            starts_at: row.try_get::<jiff_sqlx::Timestamp, _>("starts_at")?.to_jiff(),
            ends_at: time("ends_at")?,
            started_at: time("started_at")?,
            ended_at: time("ended_at")?,
            ended_why: why,
            version: row.try_get("version")?,
        };
        Ok(Self { window, by: row.try_get("by")?, ended_by: row.try_get("ended_by")?, recorded: row.try_get("recorded")? })
    }
}

const COLUMNS: &str = "select w.id, w.state, w.message, w.starts_at, w.ends_at, w.started_at, w.ended_at, w.ended_why, w.version, \
     a.name as by, e.name as ended_by, exists (select from backlot.audit_log l where l.target_id = w.id::text \
       and l.target_kind = 'maintenance_window') as recorded \
     from backlot.maintenance_windows w left join backlot.admins a on a.id = w.created_by left join backlot.admins e on e.id = w.ended_by";
const COUNTED: &str = "select count(*) from (select from backlot.maintenance_windows w";
const PAST: &str = "w.state in ('ended', 'cancelled')";
const TO_COME: &str = "w.state in ('planned', 'active')";
const NEWEST: &str = " order by w.starts_at desc, w.id desc";
const OLDEST: &str = " order by w.starts_at, w.id";

/// What is open, and what is planned, in the order of time; one page holds all that anybody plans.
pub async fn to_come(db: &mut PgConnection) -> Result<Vec<Listed>> {
    let mut list = Listing::new(COLUMNS);
    list.and(TO_COME);
    list.page(db, Order { forwards: OLDEST, backwards: NEWEST, way: None }).await
}

/// A page of what is past, newest first.
pub async fn past(db: &mut PgConnection, filter: &Filter) -> Result<Page<Listed>> {
    let cursor = filter.cursor();
    let mut list = Listing::new(COLUMNS);
    list.and(PAST);
    if let Some((way, Cursor { at, id })) = cursor {
        let at = moment(at).ok_or_else(|| Error::Malformed("This page's address was altered.".into()))?;
        let condition = if way == Way::After { "(w.starts_at, w.id) < (" } else { "(w.starts_at, w.id) > (" };
        list.and_bind(condition, jiff_sqlx::Timestamp::from(at)).push(", ").bind(id).push(")");
    }
    let way = cursor.map(|(way, _)| way);
    let rows: Vec<Listed> = list.page(db, Order { forwards: NEWEST, backwards: OLDEST, way }).await?;
    Ok(Page::cut(rows, way, |row| encode(&Cursor { at: row.window.starts_at.as_microsecond(), id: row.window.id })))
}

/// How much is past, up to 10,000.
pub async fn total(db: &mut PgConnection) -> Result<Total> {
    let mut list = Listing::new(COUNTED);
    list.and(PAST);
    Ok(Total::capped(list.capped_count(db).await?))
}
