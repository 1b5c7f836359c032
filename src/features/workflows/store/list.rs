//! The list of runs: just the filters that are set, a page by its first row, and a count that stops early.
use crate::features::workflows::filter::{Filter, Sort};
use crate::features::workflows::model::RunState;
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{COUNT_CAP, Cursor, Page, Way, encode, moment};
use crate::kernel::{Error, Result};
use crate::web::list::{Total, day_begins, day_ends};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row as _};
use uuid::Uuid;

/// A run in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: Uuid,
    pub user: Uuid,
    pub user_name: String,
    pub user_email: String,
    pub crew: String,
    pub state: RunState,
    pub attempt: i32,
    pub signature: Option<String>,
    pub error: Option<String>,
    pub done: i32,
    pub tasks: i32,
    pub created_at: Timestamp,
    pub took_ms: Option<i64>,
}

const COLUMNS: &str = "select w.id, w.user_id, w.crew, w.state, w.attempt, w.error_signature as signature, left(w.error, 200) as error, \
                       w.tasks_done, w.tasks_total, w.created_at, (extract(epoch from w.finished_at - w.started_at) * 1000)::bigint as took_ms, \
                       (select u.name from platform.users u where u.id = w.user_id) as user_name, \
                       (select u.email from platform.users u where u.id = w.user_id) as user_email from platform.workflow_jobs w";

impl FromRow<'_, PgRow> for Listed {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let decode = |error: Error| sqlx::Error::Decode(error.into());
        Ok(Self {
            id: row.try_get("id")?,
            user: row.try_get("user_id")?,
            user_name: row.try_get::<Option<String>, _>("user_name")?.unwrap_or_default(),
            user_email: row.try_get::<Option<String>, _>("user_email")?.unwrap_or_default(),
            crew: row.try_get("crew")?,
            state: RunState::try_from(row.try_get::<String, _>("state")?).map_err(decode)?,
            attempt: row.try_get("attempt")?,
            signature: row.try_get("signature")?,
            error: row.try_get("error")?,
            done: row.try_get("tasks_done")?,
            tasks: row.try_get("tasks_total")?,
            created_at: row.try_get::<jiff_sqlx::Timestamp, _>("created_at")?.to_jiff(),
            took_ms: row.try_get("took_ms")?,
        })
    }
}

/// A filter, with the user that it names.
pub struct Narrowed<'a> {
    pub filter: &'a Filter,
    /// The outer is whether a user was asked for, the inner whether there is one.
    pub user: Option<Option<Uuid>>,
    pub zone: &'a TimeZone,
}

impl<'a> Narrowed<'a> {
    /// Finds the user, by an e-mail address or an id.
    pub async fn of(db: &mut PgConnection, filter: &'a Filter, zone: &'a TimeZone) -> Result<Self> {
        let user = match filter.user() {
            None => None,
            Some(text) => Some(match Uuid::try_parse(text) {
                Ok(id) => Some(id),
                Err(_) => sqlx::query_scalar!("select id from platform.users where email_key = lower($1)", text).fetch_optional(db).await?,
            }),
        };
        Ok(Self { filter, user, zone })
    }

    fn is_empty(&self) -> bool {
        self.user == Some(None) || (self.filter.signature().is_some() && !matches!(self.filter.state, None | Some(RunState::Failed)))
    }

    /// Adds its conditions to a list over `platform.workflow_jobs w`.
    pub fn narrow(&self, list: &mut Listing) {
        let filter = self.filter;
        let state = filter.state.or(filter.signature().map(|_| RunState::Failed));
        if let Some(state) = state {
            list.and_word("w.state = ", state.code());
        }
        if let Some(signature) = filter.signature() {
            list.and_bind("w.error_signature = ", signature.to_owned());
        }
        if let Some(crew) = filter.crew() {
            list.and_bind("w.crew = ", crew.to_owned());
        }
        if let Some(Some(user)) = self.user {
            list.and_bind("w.user_id = ", user);
        }
        if filter.retried.is_some() {
            list.and("w.attempt > 1");
        }
        let bounds = [
            ("w.created_at >= ", filter.from.and_then(|day| day_begins(day, self.zone))),
            ("w.created_at < ", filter.to.and_then(|day| day_ends(day, self.zone))),
        ];
        for (condition, at) in bounds {
            if let Some(at) = at {
                list.and_bind(condition, jiff_sqlx::Timestamp::from(at));
            }
        }
    }
}

/// A page of the list.
///
/// # Errors
/// When the database cannot answer.
pub async fn page(db: &mut PgConnection, asked: &Narrowed<'_>) -> Result<Page<Listed>> {
    if asked.is_empty() {
        return Ok(Page::cut(Vec::new(), None, |_: &Listed| String::new()));
    }
    let mut list = Listing::new(COLUMNS);
    asked.narrow(&mut list);
    let (sort, cursor) = (asked.filter.order(), asked.filter.cursor());
    let way = cursor.map(|(way, _)| way);
    if let Some((way, cursor)) = cursor
        && let Some(at) = moment(cursor.at)
    {
        let down = (sort == Sort::Newest) == (way == Way::After);
        let condition = if down { "(w.created_at, w.id) < (" } else { "(w.created_at, w.id) > (" };
        list.and_bind(condition, jiff_sqlx::Timestamp::from(at)).push(", ").bind(cursor.id).push(")");
    }
    let (up, down) = (" order by w.created_at, w.id", " order by w.created_at desc, w.id desc");
    let (forwards, backwards) = if sort == Sort::Newest { (down, up) } else { (up, down) };
    let rows = list.page(db, Order { forwards, backwards, way }).await?;
    Ok(Page::cut(rows, way, |row: &Listed| encode(&Cursor { at: row.created_at.as_microsecond(), id: row.id })))
}

/// How many there are: exactly, up to 10,000; without any filter the planner's estimate beyond that.
///
/// # Errors
/// When the database cannot answer.
pub async fn total(db: &mut PgConnection, asked: &Narrowed<'_>) -> Result<Total> {
    if asked.is_empty() {
        return Ok(Total::Exact(0));
    }
    if !asked.filter.is_narrowed() {
        let about =
            sqlx::query_scalar!(r#"select reltuples::bigint as "about!" from pg_class where oid = 'platform.workflow_jobs'::regclass"#)
                .fetch_one(&mut *db)
                .await?;
        if about > 2 * COUNT_CAP {
            return Ok(Total::About(about));
        }
    }
    let mut list = Listing::new("select count(*) from (select from platform.workflow_jobs w");
    asked.narrow(&mut list);
    Ok(Total::capped(list.capped_count(db).await?))
}

/// The crews that there are runs of, at most thirty: each found by one step along an index, however many runs it has.
///
/// # Errors
/// When the database cannot answer.
pub async fn crews(db: &mut PgConnection) -> Result<Vec<String>> {
    let crews = sqlx::query_scalar!(
        r#"with recursive step as (
             (select crew from platform.workflow_jobs order by crew limit 1)
             union all
             select (select w.crew from platform.workflow_jobs w where w.crew > step.crew order by w.crew limit 1) from step where step.crew is not null)
           select crew as "crew!" from step where crew is not null limit 30"#
    );
    Ok(crews.fetch_all(db).await?)
}
