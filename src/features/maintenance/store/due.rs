//! What the clock asks for: which windows are to begin, to end, or came to nothing.
use crate::features::maintenance::model::Due;
use crate::kernel::Result;
use sqlx::PgConnection;
use uuid::Uuid;

/// What is to be done with a window by now. A window waits while the one before it is still to be ended.
pub async fn of(db: &mut PgConnection, id: Uuid) -> Result<Option<Due>> {
    let due = sqlx::query_scalar!(
        r#"select case
             when w.state = 'active' then case when w.ends_at <= clock_timestamp() then 'end' end
             when w.ends_at <= clock_timestamp() then 'miss'
             when w.starts_at > clock_timestamp() then null
             when open.id is null then 'start'
             when open.ends_at is null or open.ends_at > clock_timestamp() then 'overtake'
           end as due
           from backlot.maintenance_windows w left join backlot.maintenance_windows open on open.state = 'active' and open.id <> w.id
           where w.id = $1 and w.state in ('planned', 'active')"#,
        id
    );
    due.fetch_optional(db).await?.flatten().map(Due::try_from).transpose()
}

/// The windows whose time to begin or to end has come.
pub async fn all(db: &mut PgConnection) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from backlot.maintenance_windows
         where state in ('planned', 'active') and ((state = 'planned' and starts_at <= clock_timestamp()) or ends_at <= clock_timestamp())
         order by state, starts_at, id"
    )
    .fetch_all(db)
    .await?)
}

/// How many users were active within the last quarter of an hour.
pub async fn active_users(db: &mut PgConnection) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from platform.users where last_active_at > now() - interval '15 minutes' and status = 'active'"#
    )
    .fetch_one(db)
    .await?)
}

/// How much is waiting or running on the platform.
pub struct Work {
    pub generations: i64,
    pub workflows: i64,
    pub trainings: i64,
}

/// How many jobs of each kind are waiting or running.
pub async fn open_work(db: &mut PgConnection) -> Result<Work> {
    Ok(sqlx::query_as!(
        Work,
        r#"select (select count(*) from platform.generation_jobs where status in ('queued', 'running')) as "generations!",
             (select count(*) from platform.workflow_jobs where status in ('pending', 'running')) as "workflows!",
             (select count(*) from platform.lora_trainings where status in ('queued', 'running')) as "trainings!""#
    )
    .fetch_one(db)
    .await?)
}

/// How many windows are planned.
pub async fn planned(db: &mut PgConnection) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from backlot.maintenance_windows where state = 'planned'"#).fetch_one(db).await?)
}
