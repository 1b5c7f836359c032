//! The list of exports, and what the form of a new one asks.
use crate::features::exports::filter::Filter;
use crate::features::exports::model::{Format, State};
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Cursor, Page, Way, encode, moment};
use crate::kernel::{Error, Result};
use crate::web::list::Total;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row as _};
use uuid::Uuid;

/// An export in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: Uuid,
    pub label: String,
    pub format: Format,
    pub gzip: bool,
    pub state: State,
    pub error: Option<String>,
    pub rows_expected: Option<i64>,
    pub rows: i64,
    pub bytes: Option<i64>,
    pub owner: (Uuid, String, String),
    pub scheduled: bool,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub keep_hours: Option<i32>,
}

const COLUMNS: &str = "select e.id, e.label, e.format, e.gzip, e.state, e.error, e.rows_expected, e.rows_done, e.file_bytes, e.owner_id, \
     a.name as owner, a.email as owner_email, e.schedule_id is not null as scheduled, e.created_at, e.finished_at, e.keep_hours \
     from backlot.exports e join backlot.admins a on a.id = e.owner_id";

impl FromRow<'_, PgRow> for Listed {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let word = |name: &str| row.try_get::<String, _>(name);
        let decode = |error: Error| sqlx::Error::Decode(error.into());
        Ok(Self {
            id: row.try_get("id")?,
            label: word("label")?,
            format: Format::try_from(word("format")?).map_err(decode)?,
            gzip: row.try_get("gzip")?,
            state: State::try_from(word("state")?).map_err(decode)?,
            error: row.try_get("error")?,
            rows_expected: row.try_get("rows_expected")?,
            rows: row.try_get("rows_done")?,
            bytes: row.try_get("file_bytes")?,
            owner: (row.try_get("owner_id")?, word("owner")?, word("owner_email")?),
            scheduled: row.try_get("scheduled")?,
            created_at: row.try_get::<jiff_sqlx::Timestamp, _>("created_at")?.to_jiff(),
            finished_at: row.try_get::<Option<jiff_sqlx::Timestamp>, _>("finished_at")?.map(jiff_sqlx::Timestamp::to_jiff),
            keep_hours: row.try_get("keep_hours")?,
        })
    }
}

/// A page of the list: everybody's, or those of one admin.
///
/// # Errors
/// When the database cannot answer.
pub async fn page(db: &mut PgConnection, filter: &Filter, owner: Option<Uuid>) -> Result<Page<Listed>> {
    let mut list = Listing::new(COLUMNS);
    narrow(&mut list, filter, owner);
    let cursor = filter.cursor();
    if let Some((way, Cursor { at, id })) = cursor {
        let at = moment(at).ok_or_else(|| Error::Malformed("This page's address was altered.".into()))?;
        let condition = if way == Way::After { "(e.created_at, e.id) < (" } else { "(e.created_at, e.id) > (" };
        list.and_bind(condition, jiff_sqlx::Timestamp::from(at)).push(", ").bind(id).push(")");
    }
    let way = cursor.map(|(way, _)| way);
    let order = Order { forwards: " order by e.created_at desc, e.id desc", backwards: " order by e.created_at, e.id", way };
    let rows = list.page(db, order).await?;
    Ok(Page::cut(rows, way, |row: &Listed| encode(&Cursor { at: row.created_at.as_microsecond(), id: row.id })))
}

/// How many there are, up to 10,000.
///
/// # Errors
/// When the database cannot answer.
pub async fn total(db: &mut PgConnection, filter: &Filter, owner: Option<Uuid>) -> Result<Total> {
    let mut list = Listing::new("select count(*) from (select from backlot.exports e");
    narrow(&mut list, filter, owner);
    Ok(Total::capped(list.capped_count(db).await?))
}

fn narrow(list: &mut Listing, filter: &Filter, owner: Option<Uuid>) {
    if let Some(owner) = owner {
        list.and_bind("e.owner_id = ", owner);
    }
    if let Some(state) = filter.state {
        list.and_word("e.state = ", state.code());
    }
    if let Some(dataset) = &filter.dataset {
        list.and_bind("e.dataset = ", dataset.clone());
    }
}

/// The name of whoever asked for an export.
///
/// # Errors
/// When the database cannot answer.
pub async fn owner(db: &mut PgConnection, admin: Uuid) -> Result<(String, String)> {
    let row = sqlx::query!("select name, email from backlot.admins where id = $1", admin).fetch_one(db).await?;
    Ok((row.name, row.email))
}

/// A user by id or e-mail: the id, and what people call them.
///
/// # Errors
/// When the database cannot answer.
pub async fn person(db: &mut PgConnection, named: &str) -> Result<Option<(Uuid, String)>> {
    let id = Uuid::try_parse(named).ok();
    let row = sqlx::query!(
        "select id, name, email from platform.users where id = $1 or ($1::uuid is null and email_key = lower($2)) order by id limit 1",
        id,
        named
    );
    let row = row.fetch_optional(db).await?;
    Ok(row.map(|row| (row.id, if row.name.trim().is_empty() { row.email } else { row.name })))
}
