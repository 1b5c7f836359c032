//! Alerts as the pages read them.
use crate::features::alerts::filter::{Filter, State};
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Cursor, Page, Way, encode, moment};
use crate::kernel::{Error, Result};
use crate::web::list::Total;
use jiff_sqlx::{Timestamp, ToSqlx};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// An alert with everything that is known of it.
#[derive(Clone, FromRow)]
pub struct Row {
    pub id: Uuid,
    pub rule: String,
    pub subject: String,
    pub severity: String,
    pub value: f64,
    pub peak: f64,
    pub threshold: f64,
    pub summary: String,
    pub people: i32,
    pub fired_at: Timestamp,
    pub seen_at: Timestamp,
    pub announced_at: Option<Timestamp>,
    pub acknowledged_at: Option<Timestamp>,
    pub by_name: Option<String>,
    pub note: Option<String>,
    pub cleared_at: Option<Timestamp>,
    /// Until when it tells nobody.
    pub silenced_until: Option<Timestamp>,
}

const COLUMNS: &str = "select a.id, a.rule, a.subject, a.severity, a.value, a.peak, a.threshold, a.summary, a.people, a.fired_at, a.seen_at,
  a.announced_at, a.acknowledged_at, d.name as by_name, a.note, a.cleared_at,
  (select max(s.until) from backlot.alert_silences s where s.rule = a.rule and s.subject in ('', a.subject) and s.until > now()) as silenced_until
  from backlot.alerts a left join backlot.admins d on d.id = a.acknowledged_by";

fn narrow(list: &mut Listing, filter: &Filter) {
    if let Some(rule) = filter.rule {
        list.and_word("a.rule = ", rule.code());
    }
    if let Some(severity) = filter.severity {
        list.and_word("a.severity = ", severity.code());
    }
    match filter.state {
        Some(State::Open) => list.and("a.cleared_at is null"),
        Some(State::Cleared) => list.and("a.cleared_at is not null"),
        None => list,
    };
}

/// A page of the history, newest first.
pub async fn page(db: &mut PgConnection, filter: &Filter) -> Result<Page<Row>> {
    let mut list = Listing::new(COLUMNS);
    narrow(&mut list, filter);
    let from = filter.cursor();
    if let Some((way, Cursor { at, id })) = from {
        let at = moment(at).ok_or_else(|| Error::Malformed("This page does not exist.".into()))?.to_sqlx();
        let side = if way == Way::After { "(a.fired_at, a.id) < (" } else { "(a.fired_at, a.id) > (" };
        list.and_bind(side, at).push(", ").bind(id).push(")");
    }
    let order =
        Order { forwards: " order by a.fired_at desc, a.id desc", backwards: " order by a.fired_at, a.id", way: from.map(|(way, _)| way) };
    let rows: Vec<Row> = list.page(db, order).await?;
    let key = |row: &Row| encode(&Cursor { at: jiff::Timestamp::from(row.fired_at).as_microsecond(), id: row.id });
    Ok(Page::cut(rows, from.map(|(way, _)| way), key))
}

/// How many there are.
pub async fn total(db: &mut PgConnection, filter: &Filter) -> Result<Total> {
    let mut list = Listing::new("select count(*) from (select from backlot.alerts a");
    narrow(&mut list, filter);
    Ok(Total::capped(list.capped_count(db).await?))
}

/// The open ones, the worst first.
pub async fn open(db: &mut PgConnection) -> Result<Vec<Row>> {
    let mut list = Listing::new(COLUMNS);
    list.and("a.cleared_at is null").push(" order by a.severity, a.fired_at, a.id limit 200");
    list.all(db).await
}

/// One of them.
pub async fn find(db: &mut PgConnection, id: Uuid) -> Result<Row> {
    let mut list = Listing::new(COLUMNS);
    list.and_bind("a.id = ", id);
    list.all(db).await?.pop().ok_or_else(|| Error::no("alert"))
}

/// Earlier ones of the same rule and subject.
pub async fn earlier(db: &mut PgConnection, of: &Row) -> Result<Vec<Row>> {
    let mut list = Listing::new(COLUMNS);
    list.and_bind("a.rule = ", of.rule.clone()).and_bind("a.subject = ", of.subject.clone());
    list.and_bind("a.fired_at < ", of.fired_at).push(" order by a.rule desc, a.fired_at desc, a.id desc limit 8");
    list.all(db).await
}

/// What a rule measured last.
pub struct Measured {
    pub rule: String,
    pub value: f64,
    /// It was looked at within two minutes.
    pub fresh: bool,
}

/// Of every rule.
pub async fn measured(db: &mut PgConnection) -> Result<Vec<Measured>> {
    Ok(sqlx::query_as!(
        Measured,
        r#"select rule, value, looked_at > now() - interval '2 minutes' as "fresh!" from backlot.alert_watches order by rule, subject"#
    )
    .fetch_all(db)
    .await?)
}

/// A silence that holds.
pub struct Silenced {
    pub rule: String,
    pub subject: String,
    pub until: jiff::Timestamp,
    pub reason: String,
    pub by: String,
}

/// All of them.
pub async fn silences(db: &mut PgConnection) -> Result<Vec<Silenced>> {
    Ok(sqlx::query_as!(
        Silenced,
        r#"select s.rule, s.subject, s.until, s.reason, d.name as "by!" from backlot.alert_silences s join backlot.admins d on d.id = s.admin_id
           where s.until > now() order by s.until, s.rule, s.subject"#
    )
    .fetch_all(db)
    .await?)
}

/// How telling the chat of an alert goes.
pub struct Said {
    pub id: Uuid,
    pub what: String,
    pub state: String,
    pub last_error: Option<String>,
    pub created_at: jiff::Timestamp,
}

/// What the chat was or is to be told of an alert.
pub async fn said(db: &mut PgConnection, alert: Uuid) -> Result<Vec<Said>> {
    Ok(sqlx::query_as!(
        Said,
        r#"select id, coalesce(payload ->> 'what', '') as "what!", state, last_error, created_at from backlot.jobs
           where dedup_key = any($1) and dedup_key like 'alerts.say:%' order by created_at, id limit 20"#,
        &["fired", "cleared"].map(|what| format!("alerts.say:{alert}:{what}"))
    )
    .fetch_all(db)
    .await?)
}
