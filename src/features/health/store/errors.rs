//! Errors, grouped by what they have in common. Of each kind the newest twenty thousand are looked at: past that, "at least".
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgConnection;

/// The most rows of a kind that are looked at.
pub const MOST: i64 = 20_000;
/// The most groups of a kind that are shown.
const SHOWN: i64 = 8;

/// Errors that are alike.
pub struct Group {
    /// `training`, `workflow`, `generation`, `payment`, `job` or `fault`.
    pub kind: &'static str,
    pub signature: String,
    pub count: i64,
    pub users: i64,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

struct Row {
    signature: String,
    count: i64,
    users: i64,
    first_at: Timestamp,
    last_at: Timestamp,
}

impl Row {
    fn of(self, kind: &'static str) -> Group {
        Group { kind, signature: self.signature, count: self.count, users: self.users, first_at: self.first_at, last_at: self.last_at }
    }
}

macro_rules! grouped {
    ($newest:literal, $minutes:expr) => {
        sqlx::query_as!(
            Row,
            r#"select signature as "signature!", count(*) as "count!", count(distinct who) as "users!",
                 min(at) as "first_at!: jiff_sqlx::Timestamp", max(at) as "last_at!: jiff_sqlx::Timestamp"
               from ("#
                + $newest
                + r#" limit $2) newest group by 1 order by 2 desc, 1 limit $3"#,
            $minutes,
            MOST,
            SHOWN
        )
    };
}

async fn trainings(db: &mut PgConnection, minutes: i32) -> Result<Vec<Row>> {
    Ok(grouped!(
        "select coalesce(m.error_signature, '') as signature, m.user_id as who, m.updated_at as at from platform.lora_models m
         where m.status = 'failed' and m.deleted_at is null and m.updated_at > now() - make_interval(mins => $1) order by m.updated_at desc",
        minutes
    )
    .fetch_all(db)
    .await?)
}

async fn workflows(db: &mut PgConnection, minutes: i32) -> Result<Vec<Row>> {
    Ok(grouped!(
        "select coalesce(w.error_signature, '') as signature, w.user_id as who, w.finished_at as at from platform.workflow_jobs w
         where w.state = 'failed' and w.finished_at > now() - make_interval(mins => $1) order by w.finished_at desc",
        minutes
    )
    .fetch_all(db)
    .await?)
}

async fn generations(db: &mut PgConnection, minutes: i32) -> Result<Vec<Row>> {
    Ok(grouped!(
        "select coalesce(g.error_class, 'unknown') as signature, g.user_id as who, g.finished_at as at from platform.generation_jobs g
         where g.status = 'failed' and g.finished_at > now() - make_interval(mins => $1) order by g.finished_at desc",
        minutes
    )
    .fetch_all(db)
    .await?)
}

async fn payments(db: &mut PgConnection, minutes: i32) -> Result<Vec<Row>> {
    Ok(grouped!(
        "select coalesce(p.failure_code, 'no code') as signature, p.user_id as who, p.settled_at as at from platform.payments p
         where p.status = 'failed' and p.settled_at > now() - make_interval(mins => $1) order by p.settled_at desc",
        minutes
    )
    .fetch_all(db)
    .await?)
}

async fn jobs(db: &mut PgConnection, minutes: i32) -> Result<Vec<Row>> {
    Ok(grouped!(
        "select coalesce(j.error_signature, '') as signature, null::uuid as who, j.finished_at as at from backlot.jobs j
         where j.state = 'dead' and j.finished_at > now() - make_interval(mins => $1) order by j.finished_at desc",
        minutes
    )
    .fetch_all(db)
    .await?)
}

/// Errors of Backlot itself: how often in the time is counted by the minute.
async fn faults(db: &mut PgConnection, minutes: i32, step: i16) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"select f.signature, greatest(coalesce((select sum(s.value * $2::smallint) from backlot.health_samples s where s.step = $2 and s.metric = 'faults'
               and s.subject = f.id and s.at > now() - make_interval(mins => $1)), 0)::bigint, 1) as "count!", 0::bigint as "users!", f.first_at, f.last_at
           from backlot.faults f where f.last_at > now() - make_interval(mins => $1) order by f.last_at desc limit $3"#,
        minutes,
        step,
        SHOWN
    )
    .fetch_all(db)
    .await?)
}

/// All of them, the most frequent first.
pub async fn groups(db: &mut PgConnection, minutes: i32, step: i16) -> Result<Vec<Group>> {
    let mut all: Vec<Group> = trainings(db, minutes).await?.into_iter().map(|row| row.of("training")).collect();
    all.extend(workflows(db, minutes).await?.into_iter().map(|row| row.of("workflow")));
    all.extend(generations(db, minutes).await?.into_iter().map(|row| row.of("generation")));
    all.extend(payments(db, minutes).await?.into_iter().map(|row| row.of("payment")));
    all.extend(jobs(db, minutes).await?.into_iter().map(|row| row.of("job")));
    all.extend(faults(db, minutes, step).await?.into_iter().map(|row| row.of("fault")));
    all.sort_by_key(|group| (-group.count, group.kind, group.signature.clone()));
    Ok(all)
}

/// An error of Backlot itself.
pub struct Fault {
    pub signature: String,
    pub example: String,
    pub request_id: Option<uuid::Uuid>,
    pub count: i64,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

/// Those of the last thirty days, the newest first.
pub async fn own(db: &mut PgConnection) -> Result<Vec<Fault>> {
    Ok(sqlx::query_as!(
        Fault,
        "select signature, example, request_id, count, first_at, last_at from backlot.faults order by last_at desc, id desc limit 200"
    )
    .fetch_all(db)
    .await?)
}
