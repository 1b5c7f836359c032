//! Every SQL statement about delivered letters. Nothing here writes: they are delivered by `sandbox::mailbox`.
use super::filter::Filter;
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Cursor, Page, Way, encode, moment};
use crate::kernel::{Error, Result};
use crate::web::list::Total;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row as _};
use uuid::Uuid;

/// A letter in the list.
#[derive(Clone, Debug)]
pub struct Summary {
    pub id: Uuid,
    pub to_address: String,
    pub subject: String,
    pub delivered_at: Timestamp,
}

impl FromRow<'_, PgRow> for Summary {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            to_address: row.try_get("to_address")?,
            subject: row.try_get("subject")?,
            delivered_at: row.try_get::<jiff_sqlx::Timestamp, _>("delivered_at")?.to_jiff(),
        })
    }
}

/// A letter.
pub struct Letter {
    pub id: Uuid,
    pub to_address: String,
    pub subject: String,
    pub body: String,
    pub delivered_at: Timestamp,
}

const COLUMNS: &str = "select id, to_address, subject, delivered_at from backlot.mailbox";
const COUNTED: &str = "select count(*) from (select from backlot.mailbox";
const NEWEST: &str = " order by delivered_at desc, id desc";
const OLDEST: &str = " order by delivered_at, id";

/// A page of the letters, newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn page(db: &mut PgConnection, filter: &Filter) -> Result<Page<Summary>> {
    let cursor = filter.cursor();
    let mut list = Listing::new(COLUMNS);
    narrow(&mut list, filter);
    if let Some((way, Cursor { at, id })) = cursor {
        let at = moment(at).ok_or_else(|| Error::Malformed("This page's address was altered.".into()))?;
        list.and_bind(if way == Way::After { "(delivered_at, id) < (" } else { "(delivered_at, id) > (" }, jiff_sqlx::Timestamp::from(at))
            .push(", ")
            .bind(id)
            .push(")");
    }
    let way = cursor.map(|(way, _)| way);
    let rows = list.page(db, Order { forwards: NEWEST, backwards: OLDEST, way }).await?;
    Ok(Page::cut(rows, way, |row: &Summary| encode(&Cursor { at: row.delivered_at.as_microsecond(), id: row.id })))
}

/// How many there are, up to 10,000.
///
/// # Errors
/// When the database cannot answer.
pub async fn total(db: &mut PgConnection, filter: &Filter) -> Result<Total> {
    let mut list = Listing::new(COUNTED);
    narrow(&mut list, filter);
    Ok(Total::capped(list.capped_count(db).await?))
}

fn narrow(list: &mut Listing, filter: &Filter) {
    if let Some(text) = filter.search() {
        let escaped = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        list.plan_anew().and_bind("lower(to_address) like ", format!("%{escaped}%"));
    }
}

/// One letter.
///
/// # Errors
/// `NotFound`, or when the database cannot answer.
pub async fn find(db: &mut PgConnection, id: Uuid) -> Result<Letter> {
    let letter = sqlx::query_as!(Letter, "select id, to_address, subject, body, delivered_at from backlot.mailbox where id = $1", id);
    letter.fetch_optional(db).await?.ok_or_else(|| Error::no("letter"))
}
