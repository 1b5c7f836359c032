//! Every SQL statement about notifications: a notification here, who gets it and how far it is beside.
pub mod approvals;
pub mod dataset;
pub mod deliveries;
pub mod freeze;
pub mod inbox;
pub mod letters;
pub mod list;
pub mod people;
pub mod progress;
pub mod reach;

use super::model::{Audience, Channel, Content, Kind, Link, Notification, Plan, Severity, State};
use crate::kernel::{Error, Result, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

struct Row {
    id: Uuid,
    kind: String,
    severity: String,
    title: String,
    message: String,
    link_label: Option<String>,
    link_url: Option<String>,
    channels: Vec<String>,
    audience: Value,
    plan: Value,
    state: String,
    next_at: Option<jiff_sqlx::Timestamp>,
    held_why: Option<String>,
    allowed_people: Option<i64>,
    run: i32,
    series_id: Option<Uuid>,
    occurs_at: Option<jiff_sqlx::Timestamp>,
    version: i32,
    created_by: Option<Uuid>,
    created_at: Timestamp,
    submitted_by: Option<Uuid>,
    started_at: Option<jiff_sqlx::Timestamp>,
    finished_at: Option<jiff_sqlx::Timestamp>,
}

impl TryFrom<Row> for Notification {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let jiff = |at: Option<jiff_sqlx::Timestamp>| at.map(jiff_sqlx::Timestamp::to_jiff);
        let content = Content {
            kind: Kind::try_from(row.kind)?,
            severity: Severity::try_from(row.severity)?,
            title: row.title,
            message: row.message,
            link: row.link_label.zip(row.link_url).map(|(label, url)| Link { label, url }),
            channels: row.channels.into_iter().map(Channel::try_from).collect::<Result<_>>()?,
        };
        Ok(Self {
            id: row.id,
            content,
            audience: serde_json::from_value::<Audience>(row.audience)?,
            plan: serde_json::from_value::<Plan>(row.plan)?,
            state: State::try_from(row.state)?,
            next_at: jiff(row.next_at),
            held_why: row.held_why,
            allowed_people: row.allowed_people,
            run: row.run,
            series_id: row.series_id,
            occurs_at: jiff(row.occurs_at),
            version: row.version,
            created_by: row.created_by,
            created_at: row.created_at,
            submitted_by: row.submitted_by,
            started_at: jiff(row.started_at),
            finished_at: jiff(row.finished_at),
        })
    }
}

/// One notification.
pub async fn find(db: &mut PgConnection, id: Uuid) -> Result<Notification> {
    let row = sqlx::query_as!(
        Row,
        "select id, kind, severity, title, message, link_label, link_url, channels, audience, plan, state, next_at, held_why,
           allowed_people, run, series_id, occurs_at, version, created_by, created_at, submitted_by, started_at, finished_at
         from backlot.notifications where id = $1",
        id
    );
    row.fetch_optional(db).await?.ok_or_else(|| Error::no("notification"))?.try_into()
}

/// One notification, held until this transaction ends: of all who want to change it at once, one is first.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<Notification> {
    sqlx::query!("select from backlot.notifications where id = $1 for no key update", id).execute(&mut **tx).await?;
    find(tx, id).await
}

/// What time it is, in the middle of a transaction that may have waited for others.
pub async fn now(db: &mut PgConnection) -> Result<Timestamp> {
    Ok(sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(db).await?.to_jiff())
}

/// Writes a new one down, with its counters.
pub async fn add(tx: &mut Tx, new: &Notification, (plain, html): (&str, &str)) -> Result<()> {
    let channels: Vec<String> = new.content.channels.iter().map(|channel| channel.code().to_owned()).collect();
    let link = new.content.link.as_ref();
    let added = sqlx::query!(
        "insert into backlot.notifications (id, kind, severity, title, message, plain, html, link_label, link_url, channels, audience,
           plan, state, series_id, occurs_at, created_by, submitted_by, allowed_people, started_at, held_why, run)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
         on conflict do nothing",
        new.id,
        new.content.kind.code(),
        new.content.severity.code(),
        new.content.title,
        new.content.message,
        plain,
        html,
        link.map(|link| link.label.as_str()),
        link.map(|link| link.url.as_str()),
        &channels,
        serde_json::to_value(&new.audience)?,
        serde_json::to_value(&new.plan)?,
        new.state.code(),
        new.series_id,
        new.occurs_at.map(Timestamp::to_sqlx) as _,
        new.created_by,
        new.submitted_by,
        new.allowed_people,
        new.started_at.map(Timestamp::to_sqlx) as _,
        new.held_why,
        new.run
    );
    if added.execute(&mut **tx).await?.rows_affected() == 0 {
        return Err(Error::Conflict("This notification has been made once already.".into()));
    }
    sqlx::query!("insert into backlot.notification_progress (notification_id) values ($1)", new.id).execute(&mut **tx).await?;
    Ok(())
}

/// Writes down what it says, to whom and when; the next version.
pub async fn rewrite(tx: &mut Tx, new: &Notification, (plain, html): (&str, &str)) -> Result<()> {
    let channels: Vec<String> = new.content.channels.iter().map(|channel| channel.code().to_owned()).collect();
    let link = new.content.link.as_ref();
    sqlx::query!(
        "update backlot.notifications set kind = $2, severity = $3, title = $4, message = $5, plain = $6, html = $7, link_label = $8,
           link_url = $9, channels = $10, audience = $11, plan = $12 where id = $1",
        new.id,
        new.content.kind.code(),
        new.content.severity.code(),
        new.content.title,
        new.content.message,
        plain,
        html,
        link.map(|link| link.label.as_str()),
        link.map(|link| link.url.as_str()),
        &channels,
        serde_json::to_value(&new.audience)?,
        serde_json::to_value(&new.plan)?
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes down how far it has come; the next version. The database refuses a step that there is not.
pub async fn step(tx: &mut Tx, new: &Notification) -> Result<Notification> {
    sqlx::query!(
        "update backlot.notifications set state = $2, next_at = $3, held_why = $4, allowed_people = $5, run = $6, submitted_by = $7,
           started_at = $8, finished_at = $9, version = version + 1 where id = $1",
        new.id,
        new.state.code(),
        new.next_at.map(Timestamp::to_sqlx) as _,
        new.held_why,
        new.allowed_people,
        new.run,
        new.submitted_by,
        new.started_at.map(Timestamp::to_sqlx) as _,
        new.finished_at.map(Timestamp::to_sqlx) as _
    )
    .execute(&mut **tx)
    .await?;
    find(tx, new.id).await
}

/// The notifications whose time has come, those that wait too long for approval, and those that are sent by nobody.
pub async fn due(db: &mut PgConnection) -> Result<Vec<Uuid>> {
    let due = sqlx::query_scalar!(
        "select n.id from backlot.notifications n join backlot.notification_progress p on p.notification_id = n.id
         where (n.state in ('scheduled', 'proposed') and n.next_at <= clock_timestamp())
            or (n.state = 'sending' and coalesce(p.worked_at, n.started_at) < clock_timestamp() - interval '2 minutes')
         order by n.next_at nulls last, n.id limit 1000"
    );
    Ok(due.fetch_all(db).await?)
}
