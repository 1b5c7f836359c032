//! Events, newest first.
use crate::features::analytics::filter::{Filter, State};
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Cursor, Page, Way, encode, moment};
use crate::kernel::{Error, Result};
use crate::web::list::Total;
use jiff_sqlx::{Timestamp, ToSqlx};
use serde_json::Value;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// An event.
#[derive(FromRow)]
pub struct Row {
    pub id: Uuid,
    pub name: String,
    pub properties: Value,
    pub admin_id: Option<Uuid>,
    pub by_name: Option<String>,
    pub audit_id: Uuid,
    pub created_at: Timestamp,
    pub delivered_at: Option<Timestamp>,
    pub attempts: i32,
    pub next_at: Timestamp,
    pub last_error: Option<String>,
}

impl Row {
    /// How far it is.
    pub fn state(&self) -> State {
        match (&self.delivered_at, &self.last_error) {
            (Some(_), _) => State::Delivered,
            (None, Some(_)) => State::Refused,
            (None, None) => State::Waiting,
        }
    }
}

const COLUMNS: &str =
    "select e.id, e.name, e.properties, e.admin_id, a.name as by_name, e.audit_id, e.created_at, e.delivered_at, e.attempts,
  e.next_at, e.last_error from backlot.outbox_events e left join backlot.admins a on a.id = e.admin_id";

fn narrow(list: &mut Listing, filter: &Filter) {
    if let Some(name) = filter.name() {
        list.and_bind("e.name = ", name.to_owned());
    }
    match filter.state {
        Some(State::Delivered) => list.and("e.delivered_at is not null"),
        Some(State::Waiting) => list.and("e.delivered_at is null").and("e.last_error is null"),
        Some(State::Refused) => list.and("e.delivered_at is null").and("e.last_error is not null"),
        None => list,
    };
}

/// A page of them.
pub async fn page(db: &mut PgConnection, filter: &Filter) -> Result<Page<Row>> {
    let mut list = Listing::new(COLUMNS);
    narrow(&mut list, filter);
    let from = filter.cursor();
    if let Some((way, Cursor { at, id })) = from {
        let at = moment(at).ok_or_else(|| Error::Malformed("This page does not exist.".into()))?.to_sqlx();
        let side = if way == Way::After { "(e.created_at, e.id) < (" } else { "(e.created_at, e.id) > (" };
        list.and_bind(side, at).push(", ").bind(id).push(")");
    }
    let order = Order {
        forwards: " order by e.created_at desc, e.id desc",
        backwards: " order by e.created_at, e.id",
        way: from.map(|(way, _)| way),
    };
    let rows: Vec<Row> = list.page(db, order).await?;
    let key = |row: &Row| encode(&Cursor { at: jiff::Timestamp::from(row.created_at).as_microsecond(), id: row.id });
    Ok(Page::cut(rows, from.map(|(way, _)| way), key))
}

/// How many there are.
pub async fn total(db: &mut PgConnection, filter: &Filter) -> Result<Total> {
    let mut list = Listing::new("select count(*) from (select from backlot.outbox_events e");
    narrow(&mut list, filter);
    Ok(Total::capped(list.capped_count(db).await?))
}

/// One event.
pub async fn find(db: &mut PgConnection, id: Uuid) -> Result<Row> {
    let mut list = Listing::new(COLUMNS);
    list.and_bind("e.id = ", id);
    list.all(db).await?.pop().ok_or_else(|| Error::no("event"))
}
