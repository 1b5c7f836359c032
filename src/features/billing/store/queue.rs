//! The list of operations: those that are under way first, then the others; a page by its first row, and a count that stops early.
use crate::features::billing::model::filter::Filter;
use crate::features::billing::model::operation::{Kind, Purpose, State};
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Cursor, Page, Way, encode, moment};
use crate::kernel::{Error, Result};
use crate::web::list::Total;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row as _};
use uuid::Uuid;

/// The most that are under way and shown above the list.
const OPEN: i64 = 50;

/// An operation in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: Uuid,
    pub kind: Kind,
    pub purpose: Purpose,
    pub state: State,
    pub mode: String,
    pub minor: i64,
    pub currency: String,
    pub user: Uuid,
    pub user_name: String,
    pub user_email: String,
    pub answer: Option<String>,
    pub by: Option<String>,
    pub requested_at: Timestamp,
}

/// The list's order.
pub(super) const NEWEST: &str = " order by o.requested_at desc, o.id desc";

const COLUMNS: &str = "select o.id, o.kind, o.purpose, o.state, o.gateway_mode, o.amount_minor, o.currency, o.user_id, o.requested_at, \
     left(o.answer, 200) as answer, (select u.name from platform.users u where u.id = o.user_id) as user_name, \
     (select u.email from platform.users u where u.id = o.user_id) as user_email, \
     (select a.name from backlot.admins a where a.id = o.requested_by) as by from backlot.billing_operations o";

impl FromRow<'_, PgRow> for Listed {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let decode = |error: Error| sqlx::Error::Decode(error.into());
        let word = |name: &str| row.try_get::<String, _>(name);
        Ok(Self {
            id: row.try_get("id")?,
            kind: Kind::try_from(word("kind")?).map_err(decode)?,
            purpose: Purpose::try_from(word("purpose")?).map_err(decode)?,
            state: State::try_from(word("state")?).map_err(decode)?,
            mode: word("gateway_mode")?,
            minor: row.try_get("amount_minor")?,
            currency: word("currency")?,
            user: row.try_get("user_id")?,
            user_name: row.try_get::<Option<String>, _>("user_name")?.unwrap_or_default(),
            user_email: row.try_get::<Option<String>, _>("user_email")?.unwrap_or_default(),
            answer: row.try_get("answer")?,
            by: row.try_get("by")?,
            requested_at: row.try_get::<jiff_sqlx::Timestamp, _>("requested_at")?.to_jiff(),
        })
    }
}

/// The user that a filter names: the outer is whether one was asked for, the inner whether there is one.
pub async fn user(db: &mut PgConnection, filter: &Filter) -> Result<Option<Option<Uuid>>> {
    let Some(text) = filter.user() else { return Ok(None) };
    if let Ok(id) = Uuid::try_parse(text) {
        return Ok(Some(Some(id)));
    }
    let found = sqlx::query_scalar!("select id from platform.users where email_key = lower($1)", text);
    Ok(Some(found.fetch_optional(db).await?))
}

/// Adds the conditions of a filter; whose they are is said apart, as an id or not at all.
pub(super) fn narrow(list: &mut Listing, filter: &Filter, user: Option<Option<Uuid>>) {
    if let Some(state) = filter.state {
        list.and_word("o.state = ", state.code());
    }
    if let Some(kind) = filter.kind {
        list.and_word("o.kind = ", kind.code());
    }
    if let Some(purpose) = filter.purpose {
        list.and_word("o.purpose = ", purpose.code());
    }
    if let Some(Some(user)) = user {
        list.and_bind("o.user_id = ", user);
    }
}

/// What waits for somebody: for a second admin, or for people to find out. The oldest first.
pub async fn open(db: &mut PgConnection) -> Result<Vec<Listed>> {
    let mut list = Listing::new(COLUMNS);
    list.and("o.state in ('awaiting_approval', 'uncertain')").push(" order by o.requested_at, o.id limit ").bind(OPEN);
    list.all(db).await
}

/// A page of the list, newest first.
pub async fn page(db: &mut PgConnection, filter: &Filter, user: Option<Option<Uuid>>) -> Result<Page<Listed>> {
    if user == Some(None) {
        return Ok(Page::cut(Vec::new(), None, |_: &Listed| String::new()));
    }
    let mut list = Listing::new(COLUMNS);
    narrow(&mut list, filter, user);
    let cursor = filter.cursor();
    let way = cursor.map(|(way, _)| way);
    if let Some((way, cursor)) = cursor
        && let Some(at) = moment(cursor.at)
    {
        let condition = if way == Way::After { "(o.requested_at, o.id) < (" } else { "(o.requested_at, o.id) > (" };
        list.and_bind(condition, jiff_sqlx::Timestamp::from(at)).push(", ").bind(cursor.id).push(")");
    }
    let rows = list.page(db, Order { forwards: NEWEST, backwards: " order by o.requested_at, o.id", way }).await?;
    Ok(Page::cut(rows, way, |row: &Listed| encode(&Cursor { at: row.requested_at.as_microsecond(), id: row.id })))
}

/// How many there are, up to 10,000.
pub async fn total(db: &mut PgConnection, filter: &Filter, user: Option<Option<Uuid>>) -> Result<Total> {
    if user == Some(None) {
        return Ok(Total::Exact(0));
    }
    let mut list = Listing::new("select count(*) from (select from backlot.billing_operations o");
    narrow(&mut list, filter, user);
    Ok(Total::capped(list.capped_count(db).await?))
}
