//! How many of what, and whether anything in them should not be there. Of seven days the newest hundred thousand are looked at.
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// The most events that are counted.
const MOST: i64 = 100_000;
/// The most that are searched for what should not be there.
const SEARCHED: i64 = 5_000;

/// Events of one name.
pub struct Sum {
    pub name: String,
    pub day: i64,
    pub week: i64,
    pub delivered: i64,
    pub waiting: i64,
    pub last_at: Timestamp,
}

/// By name, the most frequent first.
pub async fn by_name(db: &mut PgConnection) -> Result<Vec<Sum>> {
    Ok(sqlx::query_as!(
        Sum,
        r#"select name as "name!", count(*) filter (where created_at > now() - interval '24 hours') as "day!", count(*) as "week!",
             count(delivered_at) as "delivered!", count(*) filter (where delivered_at is null) as "waiting!",
             max(created_at) as "last_at!: jiff_sqlx::Timestamp"
           from (select name, created_at, delivered_at from backlot.outbox_events where created_at > now() - interval '7 days'
                 order by created_at desc, id desc limit $1) e
           group by name order by 3 desc, 1"#,
        MOST
    )
    .fetch_all(db)
    .await?)
}

/// What waits, all of it.
pub struct Backlog {
    pub waiting: i64,
    pub refused: i64,
    pub oldest: Option<jiff_sqlx::Timestamp>,
    pub last_delivered: Option<jiff_sqlx::Timestamp>,
}

/// What waits; counted up to ten thousand.
pub async fn backlog(db: &mut PgConnection) -> Result<Backlog> {
    Ok(sqlx::query_as!(
        Backlog,
        r#"select (select count(*) from (select from backlot.outbox_events where delivered_at is null and last_error is null limit 10001) w) as "waiting!",
             (select count(*) from (select from backlot.outbox_events where delivered_at is null and last_error is not null limit 10001) r) as "refused!",
             (select min(created_at) from backlot.outbox_events where delivered_at is null) as "oldest: jiff_sqlx::Timestamp",
             (select max(delivered_at) from backlot.outbox_events where delivered_at is not null) as "last_delivered: jiff_sqlx::Timestamp""#
    )
    .fetch_one(db)
    .await?)
}

/// A reason why events were not taken.
pub struct Reason {
    pub reason: String,
    pub events: i64,
}

/// The reasons, the most frequent first; of the newest that were not taken.
pub async fn reasons(db: &mut PgConnection) -> Result<Vec<Reason>> {
    Ok(sqlx::query_as!(
        Reason,
        r#"select left(last_error, 200) as "reason!", count(*) as "events!" from (
             select last_error from backlot.outbox_events where delivered_at is null and last_error is not null
             order by created_at desc, id desc limit 10000) r
           group by 1 order by 2 desc, 1 limit 5"#
    )
    .fetch_all(db)
    .await?)
}

/// An event that seems to hold what should not leave the house.
pub struct Leak {
    pub id: Uuid,
    pub name: String,
}

/// Events among the newest whose properties look like an e-mail address or a secret.
pub async fn leaks(db: &mut PgConnection) -> Result<Vec<Leak>> {
    Ok(sqlx::query_as!(
        Leak,
        r#"select id, name from (select id, name, properties from backlot.outbox_events where created_at > now() - interval '7 days'
             order by created_at desc, id desc limit $1) e
           where properties::text ~* '[a-z0-9._%+-]+@[a-z0-9-]+\.[a-z]{2,}'
              or properties::text ~* '"[a-z_]*(password|secret|token|api_key|card_number|iban)[a-z_]*":'
           limit 20"#,
        SEARCHED
    )
    .fetch_all(db)
    .await?)
}
