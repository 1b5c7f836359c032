//! Jobs, newest first, with just the filters that are set.
use crate::features::jobs::filter::{Due, Filter, label};
use crate::jobs::State;
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Cursor, Page, Way, encode, moment};
use crate::kernel::{Error, Result};
use crate::web::list::Total;
use jiff_sqlx::{Timestamp, ToSqlx};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// A job on a list.
#[derive(FromRow)]
pub struct Row {
    pub id: Uuid,
    pub name: String,
    pub state: State,
    pub attempt: i32,
    pub forgiven: i32,
    pub max_attempts: i32,
    pub progress: Option<i32>,
    pub last_error: Option<String>,
    pub run_at: Timestamp,
    pub created_at: Timestamp,
}

/// Adds the conditions of a filter, without its page.
pub fn narrow(list: &mut Listing, filter: &Filter) {
    if let Some(state) = filter.state() {
        list.and_word("j.state = ", label(state).0);
    }
    if let Some(name) = filter.name() {
        list.and_bind("j.name = ", name.to_owned());
    }
    if let Some(signature) = filter.signature() {
        list.and_bind("j.error_signature = ", signature.to_owned());
    }
    match filter.due {
        Some(Due::Now) => list.and("j.run_at <= now()"),
        Some(Due::Later) => list.and("j.run_at > now()"),
        None => list,
    };
    if let Some(since) = filter.since {
        let is_over = matches!(filter.state(), Some(State::Dead | State::Done | State::Cancelled));
        let begins =
            if is_over { "j.finished_at > now() - make_interval(mins => " } else { "j.created_at > now() - make_interval(mins => " };
        list.and_bind(begins, since.minutes()).push(")");
    }
}

/// A page of them.
pub async fn page(db: &mut PgConnection, filter: &Filter) -> Result<Page<Row>> {
    let mut list = Listing::new(
        "select j.id, j.name, j.state, j.attempt, j.forgiven, j.max_attempts, j.progress, j.last_error, j.run_at, j.created_at
         from backlot.jobs j",
    );
    narrow(&mut list, filter);
    let from = filter.cursor();
    if !filter.is_narrowed() {
        // By the id, which holds the time too: an index on the time alone would lure the narrowed lists away from theirs.
        if let Some((way, Cursor { id, .. })) = from {
            list.and_bind(if way == Way::After { "j.id < " } else { "j.id > " }, id);
        }
        let order = Order { forwards: " order by j.id desc", backwards: " order by j.id", way: from.map(|(way, _)| way) };
        return cut(list.page(db, order).await?, from);
    }
    if let Some((way, Cursor { at, id })) = from {
        let at = moment(at).ok_or_else(|| Error::Malformed("This page does not exist.".into()))?.to_sqlx();
        let side = if way == Way::After { "(j.created_at, j.id) < (" } else { "(j.created_at, j.id) > (" };
        list.and_bind(side, at).push(", ").bind(id).push(")");
    }
    let order = Order {
        forwards: " order by j.created_at desc, j.id desc",
        backwards: " order by j.created_at, j.id",
        way: from.map(|(way, _)| way),
    };
    cut(list.page(db, order).await?, from)
}

fn cut(rows: Vec<Row>, from: Option<(Way, Cursor)>) -> Result<Page<Row>> {
    let key = |row: &Row| encode(&Cursor { at: jiff::Timestamp::from(row.created_at).as_microsecond(), id: row.id });
    Ok(Page::cut(rows, from.map(|(way, _)| way), key))
}

/// How many there are.
pub async fn total(db: &mut PgConnection, filter: &Filter) -> Result<Total> {
    let mut list = Listing::new("select count(*) from (select from backlot.jobs j");
    narrow(&mut list, filter);
    Ok(Total::capped(list.capped_count(db).await?))
}
