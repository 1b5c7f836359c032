//! The list of users: just the filters that are set, a page by its first row, and a count that stops early.
use super::bounds::Bounds;
use crate::features::users::filter::{Cursor, Filter, Sort};
use crate::features::users::model::{Status, Tier, UserRole};
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{COUNT_CAP, Page, Way, encode, moment};
use crate::kernel::{Error, Result};
use crate::web::list::Total;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row as _};
use uuid::Uuid;

/// A user in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: Uuid,
    pub email: String,
    pub email_key: String,
    pub name: String,
    pub name_key: String,
    pub tier: Tier,
    pub status: Status,
    pub status_reason: Option<String>,
    pub role: UserRole,
    pub country: Option<String>,
    pub created_at: Timestamp,
    pub last_active_at: Timestamp,
    pub payment_failing: bool,
    pub training_failing: bool,
}

const COLUMNS: &str = "select u.id, u.email, u.email_key, u.name, u.name_key, u.tier, u.status, u.status_reason, u.role, u.country, \
                       u.created_at, u.last_active_at, u.payment_failing, u.training_failing from platform.users u";
/// A search collects its matches once, and looks at no more than this: then no order makes the plan walk the whole table.
pub const CLOSEST: i64 = 100;

impl FromRow<'_, PgRow> for Listed {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let word = |name: &str| row.try_get::<String, _>(name);
        let time = |name: &str| row.try_get::<jiff_sqlx::Timestamp, _>(name).map(|at| at.to_jiff());
        let decode = |error: Error| sqlx::Error::Decode(error.into());
        Ok(Self {
            id: row.try_get("id")?,
            email: word("email")?,
            email_key: word("email_key")?,
            name: word("name")?,
            name_key: word("name_key")?,
            tier: Tier::try_from(word("tier")?).map_err(decode)?,
            status: Status::try_from(word("status")?).map_err(decode)?,
            status_reason: row.try_get("status_reason")?,
            role: UserRole::try_from(word("role")?).map_err(decode)?,
            country: row.try_get("country")?,
            created_at: time("created_at")?,
            last_active_at: time("last_active_at")?,
            payment_failing: row.try_get("payment_failing")?,
            training_failing: row.try_get("training_failing")?,
        })
    }
}

/// A page of the list.
///
/// # Errors
/// When the database cannot answer.
pub async fn page(db: &mut PgConnection, filter: &Filter, zone: &TimeZone) -> Result<Page<Listed>> {
    let bounds = Bounds::of(filter, zone);
    if bounds.is_empty() {
        return Ok(Page::cut(Vec::new(), None, |_: &Listed| String::new()));
    }
    let mut list = match filter.search() {
        Some(text) => {
            let mut list = matches(text, filter, &bounds);
            list.push("select * from hits u");
            list
        }
        None => {
            let mut list = Listing::new(COLUMNS);
            narrow(&mut list, filter, &bounds);
            list
        }
    };
    let cursor = filter.cursor();
    let way = cursor.as_ref().map(|(way, _)| *way);
    if let Some((way, cursor)) = cursor {
        start(&mut list, filter.order(), way, cursor);
    }
    let rows = list.page(db, order(filter.order(), way)).await?;
    Ok(Page::cut(rows, way, |row| encode(&key(row, filter.order()))))
}

/// How many there are: exactly, up to 10,000; without any filter the planner's estimate beyond that.
///
/// # Errors
/// When the database cannot answer.
pub async fn total(db: &mut PgConnection, filter: &Filter, zone: &TimeZone) -> Result<Total> {
    let bounds = Bounds::of(filter, zone);
    if bounds.is_empty() {
        return Ok(Total::Exact(0));
    }
    if let Some(text) = filter.search() {
        let mut list = matches(text, filter, &bounds);
        list.push("select count(*) from (select from hits");
        let found = list.capped_count(db).await?;
        return Ok(if found > CLOSEST { Total::MoreThan(CLOSEST) } else { Total::Exact(found) });
    }
    if !filter.is_narrowed() {
        let about = sqlx::query_scalar!(r#"select reltuples::bigint as "about!" from pg_class where oid = 'platform.users'::regclass"#)
            .fetch_one(&mut *db)
            .await?;
        if about > 2 * COUNT_CAP {
            return Ok(Total::About(about));
        }
    }
    let mut list = Listing::new("select count(*) from (select from platform.users u");
    narrow(&mut list, filter, &bounds);
    bounds.by_month(&mut list, filter);
    Ok(Total::capped(list.capped_count(db).await?))
}

/// Matches of a search, with the filters, at most one more than [`CLOSEST`].
///
/// Fewer than three letters match beginnings, because trigrams cannot help there. So does what has letters before an `@`: nearly
/// all of an address's trigrams are everybody's, and an index of them would be slow.
fn matches(text: &str, filter: &Filter, bounds: &Bounds) -> Listing {
    let text = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let mut list = Listing::new("with hits as materialized (");
    list.plan_anew();
    if text.find('@').is_some_and(|at| at > 0) {
        list.push(COLUMNS).and_bind("u.email_key like lower(", text).push(") || '%'");
        narrow(&mut list, filter, bounds);
        list.push(" order by u.email_key limit 101)");
    } else if text.chars().count() < 3 {
        list.push("(").push(COLUMNS).and_bind("u.email_key like lower(", text.clone()).push(") || '%'");
        narrow(&mut list, filter, bounds);
        list.push(" order by u.email_key limit 51) union (").restart();
        list.push(COLUMNS).and_bind("u.name_key like platform.search_key(", text).push(") || '%'");
        narrow(&mut list, filter, bounds);
        list.push(" order by u.name_key limit 51))");
    } else {
        list.push(COLUMNS).and_bind("u.found_by like '%' || platform.search_key(", text).push(") || '%'");
        narrow(&mut list, filter, bounds);
        list.push(" limit 101)");
    }
    list.push(" ").restart();
    list
}

/// Adds every filter but the search.
pub(super) fn narrow(list: &mut Listing, filter: &Filter, bounds: &Bounds) {
    if let Some(status) = filter.status {
        list.and_word("u.status = ", status.code());
    }
    if let Some(tier) = filter.tier {
        list.and_word("u.tier = ", tier.code());
    }
    if let Some(role) = filter.role {
        list.and_word("u.role = ", role.code());
    }
    if filter.failed_payment.is_some() {
        list.and("u.payment_failing");
    }
    if filter.failed_training.is_some() {
        list.and("u.training_failing");
    }
    if let Some(tag) = &filter.tag {
        // How rare a tag is decides which way is short.
        list.plan_anew();
        list.and_bind("exists (select from backlot.user_tags t where t.user_id = u.id and t.tag = ", tag.clone()).push(")");
    }
    bounds.narrow(list);
}

fn start(list: &mut Listing, sort: Sort, way: Way, cursor: Cursor) {
    let time = cursor.at.and_then(moment).map(jiff_sqlx::Timestamp::from);
    let text = cursor.text;
    let down = matches!(sort, Sort::Newest | Sort::ActiveLast | Sort::NameDown | Sort::EmailDown) == (way == Way::After);
    match (sort, time, text) {
        (Sort::Newest | Sort::Oldest, Some(at), _) => {
            list.and_bind(if down { "(u.created_at, u.id) < (" } else { "(u.created_at, u.id) > (" }, at)
        }
        (Sort::ActiveLast | Sort::ActiveFirst, Some(at), _) => {
            list.and_bind(if down { "(u.last_active_at, u.id) < (" } else { "(u.last_active_at, u.id) > (" }, at)
        }
        (Sort::Name | Sort::NameDown, _, Some(text)) => {
            list.and_bind(if down { "(u.name_key, u.id) < (" } else { "(u.name_key, u.id) > (" }, text)
        }
        (Sort::Email | Sort::EmailDown, _, Some(text)) => {
            list.and_bind(if down { "(u.email_key, u.id) < (" } else { "(u.email_key, u.id) > (" }, text)
        }
        _ => return,
    };
    list.push(", ").bind(cursor.id).push(")");
}

pub(super) fn order(sort: Sort, way: Option<Way>) -> Order {
    let (forwards, backwards) = match sort {
        Sort::Newest => (" order by u.created_at desc, u.id desc", " order by u.created_at, u.id"),
        Sort::Oldest => (" order by u.created_at, u.id", " order by u.created_at desc, u.id desc"),
        Sort::ActiveLast => (" order by u.last_active_at desc, u.id desc", " order by u.last_active_at, u.id"),
        Sort::ActiveFirst => (" order by u.last_active_at, u.id", " order by u.last_active_at desc, u.id desc"),
        Sort::Name => (" order by u.name_key, u.id", " order by u.name_key desc, u.id desc"),
        Sort::NameDown => (" order by u.name_key desc, u.id desc", " order by u.name_key, u.id"),
        Sort::Email => (" order by u.email_key, u.id", " order by u.email_key desc, u.id desc"),
        Sort::EmailDown => (" order by u.email_key desc, u.id desc", " order by u.email_key, u.id"),
    };
    Order { forwards, backwards, way }
}

fn key(row: &Listed, sort: Sort) -> Cursor {
    let (at, text) = match sort {
        Sort::Newest | Sort::Oldest => (Some(row.created_at.as_microsecond()), None),
        Sort::ActiveLast | Sort::ActiveFirst => (Some(row.last_active_at.as_microsecond()), None),
        Sort::Name | Sort::NameDown => (None, Some(row.name_key.clone())),
        Sort::Email | Sort::EmailDown => (None, Some(row.email_key.clone())),
    };
    Cursor { at, text, id: row.id }
}
