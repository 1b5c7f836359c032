//! What is failing: the newest failures, by their error's signature.
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgConnection;

/// How many failures are looked at: enough to see what is wrong, few enough to be counted at once.
pub const NEWEST: i64 = 20_000;
/// How many signatures are shown.
const SHOWN: i64 = 50;

/// Failures of one signature.
pub struct Group {
    pub signature: Option<String>,
    pub runs: i64,
    pub users: i64,
    pub crews: Vec<String>,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

/// All of them, the most frequent first; how many failures were looked at, and how many signatures there were.
pub struct Groups {
    pub groups: Vec<Group>,
    pub runs: i64,
    pub signatures: i64,
}

/// Counts failures between two moments, of one crew or of all.
pub async fn groups(db: &mut PgConnection, from: Timestamp, to: Timestamp, crew: Option<&str>) -> Result<Groups> {
    let rows = sqlx::query!(
        r#"with newest as materialized (
             select error_signature, crew, user_id, created_at from platform.workflow_jobs
             where state = 'failed' and created_at >= $1 and created_at < $2 and crew = coalesce($3, crew)
             order by created_at desc, id desc limit $4),
           counted as (
             select error_signature, count(*) as runs, count(distinct user_id) as users, array_agg(distinct crew) as crews,
               min(created_at) as first_at, max(created_at) as last_at
             from newest group by 1)
           select error_signature, runs as "runs!", users as "users!", crews[1:5] as "crews!", first_at as "first_at!: jiff_sqlx::Timestamp",
             last_at as "last_at!: jiff_sqlx::Timestamp", (select count(*) from counted) as "signatures!", (select count(*) from newest) as "looked_at!"
           from counted order by runs desc, last_at desc limit $5"#,
        jiff_sqlx::Timestamp::from(from) as _,
        jiff_sqlx::Timestamp::from(to) as _,
        crew,
        NEWEST,
        SHOWN
    )
    .fetch_all(db)
    .await?;
    let (runs, signatures) = rows.first().map_or((0, 0), |row| (row.looked_at, row.signatures));
    let groups = rows.into_iter().map(|row| Group {
        signature: row.error_signature,
        runs: row.runs,
        users: row.users,
        crews: row.crews,
        first_at: row.first_at.to_jiff(),
        last_at: row.last_at.to_jiff(),
    });
    Ok(Groups { groups: groups.collect(), runs, signatures })
}
