//! Failed generations, newest first: the list behind a number of the health page.
use crate::features::health::filter::{Failed, Span};
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Cursor, Page, Way, encode, moment};
use crate::kernel::{Error, Result};
use crate::web::list::Total;
use jiff_sqlx::{Timestamp, ToSqlx};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// One of them.
#[derive(FromRow)]
pub struct Row {
    pub id: Uuid,
    pub user_id: Uuid,
    pub email: String,
    pub name: String,
    pub kind: String,
    pub error_class: Option<String>,
    pub error: Option<String>,
    pub at: Timestamp,
}

fn narrow(list: &mut Listing, filter: &Failed) {
    list.and("g.status = 'failed'");
    list.and_bind("g.finished_at > now() - make_interval(mins => ", filter.span.unwrap_or(Span::Day).minutes()).push(")");
    if let Some(error) = filter.error() {
        list.and_bind("coalesce(g.error_class, 'unknown') = ", error.to_owned());
    }
}

/// A page of them.
pub async fn page(db: &mut PgConnection, filter: &Failed) -> Result<Page<Row>> {
    let mut list = Listing::new(
        "select g.id, g.user_id, u.email, u.name, g.kind, g.error_class, g.error, g.finished_at as at
         from platform.generation_jobs g join platform.users u on u.id = g.user_id",
    );
    narrow(&mut list, filter);
    let from = filter.cursor();
    if let Some((way, Cursor { at, id })) = from {
        let at = moment(at).ok_or_else(|| Error::Malformed("This page does not exist.".into()))?.to_sqlx();
        let side = if way == Way::After { "(g.finished_at, g.id) < (" } else { "(g.finished_at, g.id) > (" };
        list.and_bind(side, at).push(", ").bind(id).push(")");
    }
    let order = Order {
        forwards: " order by g.finished_at desc, g.id desc",
        backwards: " order by g.finished_at, g.id",
        way: from.map(|(way, _)| way),
    };
    let rows: Vec<Row> = list.page(db, order).await?;
    let key = |row: &Row| encode(&Cursor { at: jiff::Timestamp::from(row.at).as_microsecond(), id: row.id });
    Ok(Page::cut(rows, from.map(|(way, _)| way), key))
}

/// How many there are.
pub async fn total(db: &mut PgConnection, filter: &Failed) -> Result<Total> {
    let mut list = Listing::new("select count(*) from (select from platform.generation_jobs g");
    narrow(&mut list, filter);
    Ok(Total::capped(list.capped_count(db).await?))
}
