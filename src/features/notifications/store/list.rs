//! The list of notifications, newest first.
use crate::features::notifications::filter::Filter;
use crate::features::notifications::model::{Channel, Kind, Plan, State};
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Cursor, Page, Way, encode, moment};
use crate::kernel::{Error, Result};
use crate::web::list::Total;
use jiff::Timestamp;
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row as _};
use uuid::Uuid;

/// A notification in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: Uuid,
    pub title: String,
    pub kind: Kind,
    pub state: State,
    pub channels: Vec<Channel>,
    pub plan: Plan,
    pub is_occurrence: bool,
    pub next_at: Option<Timestamp>,
    pub started_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub by: Option<String>,
    pub planned: i64,
    pub sent: i64,
    pub failed: i64,
    pub read: i64,
    /// Since when nothing has moved though it is being sent; told after a while.
    pub still_since: Option<Timestamp>,
}

impl FromRow<'_, PgRow> for Listed {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let wrong = |error: Error| sqlx::Error::Decode(error.into());
        let time = |name: &str| row.try_get::<Option<jiff_sqlx::Timestamp>, _>(name).map(|at| at.map(jiff_sqlx::Timestamp::to_jiff));
        let channels: Vec<String> = row.try_get("channels")?;
        Ok(Self {
            id: row.try_get("id")?,
            title: row.try_get("title")?,
            kind: Kind::try_from(row.try_get::<String, _>("kind")?).map_err(wrong)?,
            state: State::try_from(row.try_get::<String, _>("state")?).map_err(wrong)?,
            channels: channels.into_iter().map(Channel::try_from).collect::<Result<_>>().map_err(wrong)?,
            plan: serde_json::from_value(row.try_get::<Value, _>("plan")?).map_err(|error| sqlx::Error::Decode(error.into()))?,
            is_occurrence: row.try_get("is_occurrence")?,
            next_at: time("next_at")?,
            started_at: time("started_at")?,
            created_at: row.try_get::<jiff_sqlx::Timestamp, _>("created_at")?.to_jiff(),
            by: row.try_get("by")?,
            planned: row.try_get("planned")?,
            sent: row.try_get("sent")?,
            failed: row.try_get("failed")?,
            read: row.try_get("read")?,
            still_since: time("still_since")?,
        })
    }
}

const COLUMNS: &str = "select n.id, n.title, n.kind, n.state, n.channels, n.plan, n.series_id is not null as is_occurrence, n.next_at, \
     n.started_at, n.created_at, a.name as by, p.inbox_planned + p.mail_planned as planned, p.inbox_sent + p.mail_sent as sent, \
     p.mail_failed as failed, \
     coalesce((select sum(r.read) from backlot.notification_reads r where r.notification_id = n.id), 0)::bigint as read, \
     case when n.state = 'sending' and coalesce(p.worked_at, n.started_at) < clock_timestamp() - interval '5 minutes' \
       then coalesce(p.worked_at, n.started_at) end as still_since \
     from backlot.notifications n join backlot.notification_progress p on p.notification_id = n.id \
     left join backlot.admins a on a.id = n.created_by";
const COUNTED: &str = "select count(*) from (select from backlot.notifications n";
const NEWEST: &str = " order by n.created_at desc, n.id desc";
const OLDEST: &str = " order by n.created_at, n.id";

fn narrow(list: &mut Listing, filter: &Filter, me: Uuid) {
    if let Some(state) = filter.state {
        list.and_word("n.state = ", state.code());
    }
    if let Some(kind) = filter.kind {
        list.and_word("n.kind = ", kind.code());
    }
    if filter.author.is_some() {
        list.and_bind("n.created_by = ", me);
    }
    if let Some(series) = filter.series {
        list.and_bind("n.series_id = ", series);
    }
}

/// A page of the list.
pub async fn page(db: &mut PgConnection, filter: &Filter, me: Uuid) -> Result<Page<Listed>> {
    let cursor = filter.cursor();
    let mut list = Listing::new(COLUMNS);
    narrow(&mut list, filter, me);
    if let Some((way, Cursor { at, id })) = cursor {
        let at = moment(at).ok_or_else(|| Error::Malformed("This page's address was altered.".into()))?;
        let condition = if way == Way::After { "(n.created_at, n.id) < (" } else { "(n.created_at, n.id) > (" };
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

/// Who has written and who has submitted it, by name.
pub async fn names(db: &mut PgConnection, notification: Uuid) -> Result<(Option<String>, Option<String>)> {
    let row = sqlx::query!(
        r#"select w.name as "written?", s.name as "submitted?" from backlot.notifications n
           left join backlot.admins w on w.id = n.created_by left join backlot.admins s on s.id = n.submitted_by where n.id = $1"#,
        notification
    );
    let row = row.fetch_one(db).await?;
    Ok((row.written, row.submitted))
}
