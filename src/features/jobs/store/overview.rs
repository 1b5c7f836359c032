//! The queue as a whole: what is where, what runs, what comes, and what died of what. Each is counted no further than a hundred thousand.
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// The most rows that are counted.
const MOST: i64 = 100_000;

/// How many jobs of a name are where.
pub struct Queue {
    pub name: String,
    pub due: i64,
    pub planned: i64,
    pub running: i64,
    pub dead: i64,
    pub done: i64,
}

/// By name, those with most trouble first.
pub async fn queues(db: &mut PgConnection) -> Result<Vec<Queue>> {
    Ok(sqlx::query_as!(
        Queue,
        r#"select name as "name!", count(*) filter (where state = 'waiting' and run_at <= now()) as "due!",
             count(*) filter (where state = 'waiting' and run_at > now()) as "planned!", count(*) filter (where state = 'running') as "running!",
             count(*) filter (where state = 'dead') as "dead!", count(*) filter (where state = 'done') as "done!"
           from ((select name, state, run_at from backlot.jobs where state = 'waiting' limit $1)
             union all (select name, state, run_at from backlot.jobs where state = 'running' limit $1)
             union all (select name, state, run_at from backlot.jobs where state = 'dead' limit $1)
             union all (select name, state, now() from backlot.jobs where state = 'done' and finished_at > now() - interval '1 day'
                        order by finished_at desc limit $1)) s
           group by name order by 5 desc, 2 desc, 1"#,
        MOST
    )
    .fetch_all(db)
    .await?)
}

/// A job that runs.
pub struct Running {
    pub id: Uuid,
    pub name: String,
    pub owner: String,
    pub attempt: i32,
    pub progress: Option<i32>,
    pub started_at: Option<jiff_sqlx::Timestamp>,
    pub heartbeat: Option<jiff_sqlx::Timestamp>,
}

/// Those that run for longest.
pub async fn running(db: &mut PgConnection) -> Result<Vec<Running>> {
    Ok(sqlx::query_as!(
        Running,
        r#"select id, name, coalesce(owner, '') as "owner!", attempt, progress, started_at, heartbeat from backlot.jobs
           where state = 'running' order by started_at, id limit 50"#
    )
    .fetch_all(db)
    .await?)
}

/// A job that is planned.
pub struct Coming {
    pub id: Uuid,
    pub name: String,
    pub run_at: Timestamp,
}

/// Those that come next.
pub async fn coming(db: &mut PgConnection) -> Result<Vec<Coming>> {
    Ok(sqlx::query_as!(
        Coming,
        "select id, name, run_at from backlot.jobs where state = 'waiting' and run_at > now() order by run_at, id limit 10"
    )
    .fetch_all(db)
    .await?)
}

/// How many jobs died of something, by how long ago.
pub struct Trouble {
    pub name: String,
    pub signature: String,
    pub hour: i64,
    pub day: i64,
    pub week: i64,
    pub ever: i64,
}

/// By name and error, the most frequent first.
pub async fn troubles(db: &mut PgConnection) -> Result<Vec<Trouble>> {
    Ok(sqlx::query_as!(
        Trouble,
        r#"select name as "name!", coalesce(error_signature, '') as "signature!",
             count(*) filter (where finished_at > now() - interval '1 hour') as "hour!",
             count(*) filter (where finished_at > now() - interval '1 day') as "day!",
             count(*) filter (where finished_at > now() - interval '7 days') as "week!", count(*) as "ever!"
           from (select name, error_signature, finished_at from backlot.jobs where state = 'dead' order by finished_at desc limit $1) dead
           group by 1, 2 order by 5 desc, 6 desc, 1, 2 limit 30"#,
        MOST
    )
    .fetch_all(db)
    .await?)
}
