//! Every SQL statement about exports that come by the clock.
use crate::features::exports::model::{Every, Format, Order, Period, Rhythm, Schedule, ScheduleState};
use crate::kernel::{Error, Result, Tx, Why};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

struct Row {
    id: Uuid,
    dataset: String,
    filter: String,
    columns: Vec<String>,
    format: String,
    gzip: bool,
    label: String,
    period: Option<String>,
    every: String,
    cron: String,
    time_zone: String,
    keep_hours: i32,
    by_mail: bool,
    reason: String,
    ticket: Option<String>,
    owner_id: Uuid,
    state: String,
    why_paused: Option<String>,
    next_at: Option<jiff_sqlx::Timestamp>,
    last_at: Option<jiff_sqlx::Timestamp>,
}

impl TryFrom<Row> for Schedule {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            owner: row.owner_id,
            state: ScheduleState::try_from(row.state)?,
            why_paused: row.why_paused,
            next_at: row.next_at.map(jiff_sqlx::Timestamp::to_jiff),
            last_at: row.last_at.map(jiff_sqlx::Timestamp::to_jiff),
            rhythm: Rhythm {
                every: Every::try_from(row.every)?,
                cron: row.cron,
                period: row.period.map(Period::try_from).transpose()?,
                keep_hours: row.keep_hours,
                by_mail: row.by_mail,
            },
            order: Order {
                dataset: row.dataset,
                filter: row.filter,
                columns: row.columns,
                format: Format::try_from(row.format)?,
                gzip: row.gzip,
                label: row.label,
                time_zone: row.time_zone,
                why: Why { reason: Some(row.reason), ticket: row.ticket },
            },
        })
    }
}

macro_rules! schedules {
    ($where:literal $(, $bound:expr)*) => {
        sqlx::query_as!(
            Row,
            "select id, dataset, filter, columns, format, gzip, label, period, every, cron, time_zone, keep_hours, by_mail, reason, ticket,
               owner_id, state, why_paused, next_at, last_at from backlot.export_schedules " + $where
            $(, $bound)*
        )
    };
}

/// One schedule.
pub async fn find(db: &mut PgConnection, id: Uuid) -> Result<Schedule> {
    let row = schedules!("where id = $1", id).fetch_optional(db).await?;
    row.ok_or_else(|| Error::no("schedule"))?.try_into()
}

/// One schedule, locked against others until the transaction ends.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<Schedule> {
    let locked = sqlx::query!("select from backlot.export_schedules where id = $1 for no key update", id).fetch_optional(&mut **tx).await?;
    locked.ok_or_else(|| Error::no("schedule"))?;
    find(tx, id).await
}

/// Those of one admin, or everybody's; deleted ones are gone. No more than two hundred.
pub async fn list(db: &mut PgConnection, owner: Option<Uuid>) -> Result<Vec<Schedule>> {
    let rows = match owner {
        Some(owner) => {
            schedules!("where owner_id = $1 and state <> 'deleted' order by created_at desc, id desc limit 200", owner)
                .fetch_all(db)
                .await?
        }
        None => schedules!("where state <> 'deleted' order by created_at desc, id desc limit 200").fetch_all(db).await?,
    };
    rows.into_iter().map(Schedule::try_from).collect()
}

/// How many an admin has; whoever asks at the same time waits.
pub async fn count_of(tx: &mut Tx, admin: Uuid) -> Result<i64> {
    sqlx::query!("select from backlot.admins where id = $1 for no key update", admin).fetch_one(&mut **tx).await?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from backlot.export_schedules where owner_id = $1 and state <> 'deleted'"#,
        admin
    );
    Ok(count.fetch_one(&mut **tx).await?)
}

/// The database's clock.
pub async fn now(tx: &mut Tx) -> Result<Timestamp> {
    Ok(sqlx::query_scalar!(r#"select now() as "now!""#).fetch_one(&mut **tx).await?.to_jiff())
}

/// Writes a new one down.
pub async fn insert(tx: &mut Tx, id: Uuid, (order, rhythm): (&Order, &Rhythm), owner: Uuid, next: Timestamp) -> Result<Schedule> {
    sqlx::query!(
        "insert into backlot.export_schedules (id, dataset, filter, columns, format, gzip, label, period, every, cron, time_zone, keep_hours,
           by_mail, reason, ticket, owner_id, next_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        id,
        order.dataset,
        order.filter,
        &order.columns,
        order.format.code(),
        order.gzip,
        order.label,
        rhythm.period.map(Period::code),
        rhythm.every.code(),
        rhythm.cron,
        order.time_zone,
        rhythm.keep_hours,
        rhythm.by_mail,
        order.why.reason.as_deref().unwrap_or_default(),
        order.why.ticket,
        owner,
        next.to_sqlx() as _,
    )
    .execute(&mut **tx)
    .await?;
    find(tx, id).await
}

/// Gives it another state; only an active one has a next time.
pub async fn turn(tx: &mut Tx, id: Uuid, state: ScheduleState, why: Option<&str>, next: Option<Timestamp>) -> Result<Schedule> {
    sqlx::query!(
        "update backlot.export_schedules set state = $2, why_paused = $3, next_at = $4, version = version + 1 where id = $1",
        id,
        state.code(),
        why,
        next.map(ToSqlx::to_sqlx) as _,
    )
    .execute(&mut **tx)
    .await?;
    find(tx, id).await
}

/// It came: this is its next time.
pub async fn came(tx: &mut Tx, id: Uuid, next: Timestamp) -> Result<Schedule> {
    sqlx::query!("update backlot.export_schedules set last_at = next_at, next_at = $2 where id = $1", id, next.to_sqlx() as _)
        .execute(&mut **tx)
        .await?;
    find(tx, id).await
}

/// Those whose time has come.
pub async fn due(db: &mut PgConnection) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!("select id from backlot.export_schedules where state = 'active' and next_at <= now() order by next_at limit 100")
        .fetch_all(db)
        .await
}

/// An admin's role, while they work here.
pub async fn role(tx: &mut Tx, admin: Uuid) -> Result<Option<crate::kernel::Role>> {
    let role = sqlx::query_scalar!("select role from backlot.admins where id = $1 and status = 'active'", admin);
    role.fetch_optional(&mut **tx).await?.map(crate::kernel::Role::try_from).transpose()
}
