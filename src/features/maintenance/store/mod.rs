//! Every SQL statement about maintenance: the windows here, lists and the clock beside.
pub mod due;
pub mod list;
pub mod settings;

use super::model::{State, Why, Window};
use crate::kernel::{Error, Result, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

struct Row {
    id: Uuid,
    state: String,
    message: String,
    starts_at: Timestamp,
    ends_at: Option<jiff_sqlx::Timestamp>,
    started_at: Option<jiff_sqlx::Timestamp>,
    ended_at: Option<jiff_sqlx::Timestamp>,
    ended_why: Option<String>,
    version: i32,
}

impl TryFrom<Row> for Window {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let jiff = |at: Option<jiff_sqlx::Timestamp>| at.map(jiff_sqlx::Timestamp::to_jiff);
        Ok(Self {
            id: row.id,
            state: State::try_from(row.state)?,
            message: row.message,
            starts_at: row.starts_at,
            ends_at: jiff(row.ends_at),
            started_at: jiff(row.started_at),
            ended_at: jiff(row.ended_at),
            ended_why: row.ended_why.map(Why::try_from).transpose()?,
            version: row.version,
        })
    }
}

/// Holds everybody else's changes of windows until this transaction ends; answers what time it is by then.
pub async fn hold(tx: &mut Tx) -> Result<Timestamp> {
    sqlx::query!("select from backlot.live_topics where topic = 'maintenance' for no key update").execute(&mut **tx).await?;
    // Not the time of the transaction's beginning: whoever was waited for may have begun something since.
    Ok(sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(&mut **tx).await?.to_jiff())
}

/// One window.
pub async fn find(db: &mut PgConnection, id: Uuid) -> Result<Window> {
    let row = sqlx::query_as!(
        Row,
        "select id, state, message, starts_at, ends_at, started_at, ended_at, ended_why, version from backlot.maintenance_windows
         where id = $1",
        id
    );
    row.fetch_optional(db).await?.ok_or_else(|| Error::no("maintenance window"))?.try_into()
}

/// The window that is open.
pub async fn open(db: &mut PgConnection) -> Result<Option<Window>> {
    let row = sqlx::query_as!(
        Row,
        "select id, state, message, starts_at, ends_at, started_at, ended_at, ended_why, version from backlot.maintenance_windows
         where state = 'active'"
    );
    row.fetch_optional(db).await?.map(Window::try_from).transpose()
}

/// The first window in whose time another would be; what is open until somebody ends it is in nobody's way.
pub async fn in_the_way(db: &mut PgConnection, id: Uuid, starts_at: Timestamp, ends_at: Timestamp) -> Result<Option<Window>> {
    let row = sqlx::query_as!(
        Row,
        "select id, state, message, starts_at, ends_at, started_at, ended_at, ended_why, version from backlot.maintenance_windows
         where state in ('planned', 'active') and id <> $1 and starts_at < $3 and ends_at > $2 order by starts_at limit 1",
        id,
        starts_at.to_sqlx() as _,
        ends_at.to_sqlx() as _
    );
    row.fetch_optional(db).await?.map(Window::try_from).transpose()
}

/// Writes a new window down.
pub async fn add(tx: &mut Tx, window: &Window, by: Option<Uuid>) -> Result<()> {
    let added = sqlx::query!(
        "insert into backlot.maintenance_windows (id, state, message, starts_at, ends_at, started_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing",
        window.id,
        window.state.code(),
        window.message,
        window.starts_at.to_sqlx() as _,
        window.ends_at.map(Timestamp::to_sqlx) as _,
        window.started_at.map(Timestamp::to_sqlx) as _,
        by
    );
    match added.execute(&mut **tx).await?.rows_affected() {
        1 => Ok(()),
        _ => Err(Error::Conflict("This form has begun maintenance once already. Open it again to begin anew.".into())),
    }
}

/// Writes a window's new values down; the next version.
pub async fn set(tx: &mut Tx, window: &Window) -> Result<Window> {
    sqlx::query!(
        "update backlot.maintenance_windows
         set state = $2, message = $3, starts_at = $4, ends_at = $5, started_at = $6, version = version + 1 where id = $1",
        window.id,
        window.state.code(),
        window.message,
        window.starts_at.to_sqlx() as _,
        window.ends_at.map(Timestamp::to_sqlx) as _,
        window.started_at.map(Timestamp::to_sqlx) as _
    )
    .execute(&mut **tx)
    .await?;
    find(tx, window.id).await
}

/// Ends a window, or cancels one that never came.
pub async fn close(tx: &mut Tx, id: Uuid, state: State, why: Why, by: Option<Uuid>) -> Result<Window> {
    sqlx::query!(
        "update backlot.maintenance_windows
         set state = $2, ended_why = $3, ended_by = $4, ended_at = clock_timestamp(), version = version + 1 where id = $1",
        id,
        state.code(),
        why.code(),
        by
    )
    .execute(&mut **tx)
    .await?;
    find(tx, id).await
}

/// Opens a window again that was ended.
pub async fn reopen(tx: &mut Tx, id: Uuid) -> Result<Window> {
    sqlx::query!(
        "update backlot.maintenance_windows
         set state = 'active', ended_at = null, ended_why = null, ended_by = null, version = version + 1 where id = $1",
        id
    )
    .execute(&mut **tx)
    .await?;
    find(tx, id).await
}
