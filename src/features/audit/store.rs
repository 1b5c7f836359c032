//! Every SQL statement about the audit log's pages. Nothing here writes: entries are made by the desk.
pub mod dataset;

use super::filter::{Cursor, Filter};
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Page, Way, encode, moment};
use crate::kernel::{Change, Error, Result};
use crate::web::list::{Total, day_begins, day_ends};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::postgres::PgRow;
use sqlx::types::ipnet::IpNet;
use sqlx::{FromRow, PgConnection, Row as _};
use uuid::Uuid;

/// An entry of the log.
#[derive(Clone, Debug)]
pub struct Entry {
    pub seq: i64,
    pub id: Uuid,
    pub at: Timestamp,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub actor_name: String,
    pub actor_role: Option<String>,
    pub request_id: Option<Uuid>,
    pub address: Option<IpNet>,
    pub action: String,
    pub target_kind: Option<String>,
    pub target_id: Option<String>,
    pub target_label: Option<String>,
    pub outcome: String,
    pub reason: Option<String>,
    pub ticket: Option<String>,
    pub changes: Vec<Change>,
    pub cause: Option<Uuid>,
    pub leaf: Vec<u8>,
}

const COLUMNS: &str = "select seq, id, at, actor_kind, actor_id, actor_name, actor_role, request_id, address, action, target_kind, target_id, \
                       target_label, outcome, reason, ticket, changes, cause, leaf from backlot.audit_log";
const COUNTED: &str = "select count(*) from (select from backlot.audit_log";
const NEWEST: &str = " order by at desc, seq desc";
const OLDEST: &str = " order by at, seq";

impl FromRow<'_, PgRow> for Entry {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let changes: String = row.try_get("changes")?;
        Ok(Self {
            seq: row.try_get("seq")?,
            id: row.try_get("id")?,
            at: row.try_get::<jiff_sqlx::Timestamp, _>("at")?.to_jiff(),
            actor_kind: row.try_get("actor_kind")?,
            actor_id: row.try_get("actor_id")?,
            actor_name: row.try_get("actor_name")?,
            actor_role: row.try_get("actor_role")?,
            request_id: row.try_get("request_id")?,
            address: row.try_get("address")?,
            action: row.try_get("action")?,
            target_kind: row.try_get("target_kind")?,
            target_id: row.try_get("target_id")?,
            target_label: row.try_get("target_label")?,
            outcome: row.try_get("outcome")?,
            reason: row.try_get("reason")?,
            ticket: row.try_get("ticket")?,
            // What the database wrote itself, such as the opening of an epoch, is no list of changes.
            changes: serde_json::from_str(&changes).unwrap_or_default(),
            cause: row.try_get("cause")?,
            leaf: row.try_get("leaf")?,
        })
    }
}

/// Whose entries are shown: everybody's, or only one's own.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    pub me: Uuid,
    pub all: bool,
}

/// A page of the log.
///
/// # Errors
/// When the database cannot answer.
pub async fn page(db: &mut PgConnection, filter: &Filter, scope: Scope, zone: &TimeZone) -> Result<Page<Entry>> {
    let cursor = filter.cursor();
    let mut list = Listing::new(COLUMNS);
    narrow(&mut list, filter, scope, zone)?;
    if let Some((way, Cursor { at, seq })) = cursor {
        let at = moment(at).ok_or_else(|| Error::Malformed("This page's address was altered.".into()))?;
        list.and_bind(if way == Way::After { "(at, seq) < (" } else { "(at, seq) > (" }, jiff_sqlx::Timestamp::from(at))
            .push(", ")
            .bind(seq)
            .push(")");
    }
    let way = cursor.map(|(way, _)| way);
    let rows = list.page(db, Order { forwards: NEWEST, backwards: OLDEST, way }).await?;
    Ok(Page::cut(rows, way, |row: &Entry| encode(&Cursor { at: row.at.as_microsecond(), seq: row.seq })))
}

/// How many there are, up to 10,000.
///
/// # Errors
/// When the database cannot answer.
pub async fn total(db: &mut PgConnection, filter: &Filter, scope: Scope, zone: &TimeZone) -> Result<Total> {
    let mut list = Listing::new(COUNTED);
    narrow(&mut list, filter, scope, zone)?;
    Ok(Total::capped(list.capped_count(db).await?))
}

fn narrow(list: &mut Listing, filter: &Filter, scope: Scope, zone: &TimeZone) -> Result<()> {
    if !scope.all {
        list.and_bind("actor_id = ", scope.me);
    }
    match filter.actor.as_deref() {
        None => {}
        Some("me") => {
            list.and_bind("actor_id = ", scope.me);
        }
        Some(id) => {
            list.and_bind("actor_id = ", Uuid::try_parse(id).map_err(|_| Error::Malformed("“actor” holds no valid id.".into()))?);
        }
    }
    if let Some(action) = &filter.action {
        list.and_bind("action = ", action.clone());
    }
    if let Some(outcome) = filter.outcome {
        list.and_word("outcome = ", outcome.code());
    }
    if let Some(kind) = &filter.kind {
        list.and_bind("target_kind = ", kind.clone());
    }
    if let Some(target) = &filter.target {
        list.and_bind("target_id = ", target.clone());
    }
    if let Some(request) = filter.request {
        list.and_bind("request_id = ", request);
    }
    if let Some(from) = filter.from.and_then(|day| day_begins(day, zone)) {
        list.and_bind("at >= ", jiff_sqlx::Timestamp::from(from));
    }
    if let Some(to) = filter.to.and_then(|day| day_ends(day, zone)) {
        list.and_bind("at < ", jiff_sqlx::Timestamp::from(to));
    }
    search(list, filter);
    Ok(())
}

/// An id finds the entry, its target or its request; other words are looked for in labels, reasons, tickets and names.
fn search(list: &mut Listing, filter: &Filter) {
    let Some(text) = filter.search() else { return };
    if let Ok(id) = Uuid::try_parse(text) {
        list.and_bind("(id = ", id).push(" or request_id = ").bind(id).push(" or target_id = ").bind(id.to_string()).push(")");
        return;
    }
    if filter.is_brief() {
        // No index knows one or two letters: a week is read through instead.
        list.and("at > now() - interval '7 days'");
    }
    let escaped = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    list.plan_anew().and_bind("backlot.audit_words(target_label, reason, ticket, actor_name) like ", format!("%{escaped}%"));
}

/// One entry.
///
/// # Errors
/// `NotFound`, or when the database cannot answer.
pub async fn find(db: &mut PgConnection, id: Uuid) -> Result<Entry> {
    let mut list = Listing::new(COLUMNS);
    list.and_bind("id = ", id);
    let found = list.page(db, Order { forwards: NEWEST, backwards: OLDEST, way: None }).await?;
    found.into_iter().next().ok_or_else(|| Error::no("audit entry"))
}

/// What led to an entry, what came of it, and what was done to the same target around it; newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn related(db: &mut PgConnection, entry: &Entry) -> Result<Vec<Entry>> {
    let mut list = Listing::new(COLUMNS);
    list.and_bind("id <> ", entry.id).push(" and (cause = ").bind(entry.id);
    if let Some(cause) = entry.cause {
        list.push(" or id = ").bind(cause).push(" or cause = ").bind(cause);
    }
    if let (Some(kind), Some(target)) = (&entry.target_kind, &entry.target_id) {
        list.push(" or (target_kind = ").bind(kind.clone()).push(" and target_id = ").bind(target.clone()).push(")");
    }
    list.push(")");
    let mut found: Vec<Entry> = list.page(db, Order { forwards: NEWEST, backwards: OLDEST, way: None }).await?;
    found.truncate(15);
    Ok(found)
}

/// The seal over an entry, if it is sealed yet.
///
/// # Errors
/// When the database cannot answer.
pub async fn seal_over(db: &mut PgConnection, entry: Uuid) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select s.seal_no as "seal_no!" from backlot.audit_log l
           cross join lateral (select seal_no, lo_xid from backlot.audit_seals
             where epoch = l.epoch and hi_xid > l.xid order by hi_xid limit 1) s
           where l.id = $1 and s.lo_xid <= l.xid"#,
        entry
    )
    .fetch_optional(db)
    .await?)
}

/// A seal in the list of the newest.
pub struct Sealed {
    pub seal_no: i64,
    pub rows: i32,
    pub root: Vec<u8>,
    pub key_id: String,
    pub sealed_at: Timestamp,
}

/// The newest seals.
///
/// # Errors
/// When the database cannot answer.
pub async fn newest_seals(db: &mut PgConnection) -> Result<Vec<Sealed>> {
    Ok(sqlx::query_as!(Sealed, "select seal_no, rows, root, key_id, sealed_at from backlot.audit_seals order by seal_no desc limit 15")
        .fetch_all(db)
        .await?)
}

/// The staff, to choose from.
///
/// # Errors
/// When the database cannot answer.
pub async fn staff(db: &mut PgConnection) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!("select id, name from backlot.admins order by name limit 200").fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
