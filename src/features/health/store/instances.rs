//! The servers that run, the gateways, and the schedule of the measurements.
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgConnection;

/// A server.
pub struct Instance {
    pub name: String,
    pub program: String,
    pub started_at: Timestamp,
    pub seen_at: Timestamp,
    /// It gave a sign of life lately.
    pub alive: bool,
    /// Topics of which it does not have the newest version.
    pub behind: i64,
    /// Milliseconds from the last change to this server having it, the slowest topic.
    pub took_ms: Option<f32>,
    /// Requests of the last full minute, and the slowest hundredth of them in milliseconds.
    pub requests: Option<f64>,
    pub p99: Option<f64>,
}

/// Those that gave a sign of life within the hour, the longest-running first. `silent` seconds without one are too many.
pub async fn instances(db: &mut PgConnection, silent: i32) -> Result<Vec<Instance>> {
    Ok(sqlx::query_as!(
        Instance,
        r#"select i.name, i.program, i.started_at, i.seen_at, i.seen_at > now() - make_interval(secs => $1::int) as "alive!",
             (select count(*) from backlot.live_topics l where not exists (
                select from backlot.instance_topics t where t.instance_id = i.id and t.topic = l.topic and t.version >= l.version)) as "behind!",
             (select max(t.took_ms) from backlot.instance_topics t where t.instance_id = i.id) as took_ms,
             (select s.value from backlot.health_samples s where s.step = 1 and s.metric = 'requests' and s.subject = i.name
                and s.at > now() - interval '3 minutes' order by s.at desc limit 1) as requests,
             (select s.value from backlot.health_samples s where s.step = 1 and s.metric = 'request_p99' and s.subject = i.name
                and s.at > now() - interval '3 minutes' order by s.at desc limit 1) as p99
           from backlot.instances i order by i.started_at, i.id limit 100"#,
        silent
    )
    .fetch_all(db)
    .await?)
}

/// A gateway, with what its calls came to in a time.
pub struct Gateway {
    pub gateway: String,
    pub last_ok_at: Option<jiff_sqlx::Timestamp>,
    pub last_failed_at: Option<jiff_sqlx::Timestamp>,
    pub failing_since: Option<jiff_sqlx::Timestamp>,
    pub failures: i32,
    pub last_error: Option<String>,
    pub calls: f64,
    pub failed: f64,
    pub milliseconds: f64,
}

/// Every gateway that was ever called.
pub async fn gateways(db: &mut PgConnection, step: i16, minutes: i32) -> Result<Vec<Gateway>> {
    Ok(sqlx::query_as!(
        Gateway,
        r#"select g.gateway, g.last_ok_at as "last_ok_at: jiff_sqlx::Timestamp", g.last_failed_at as "last_failed_at: jiff_sqlx::Timestamp",
             g.failing_since as "failing_since: jiff_sqlx::Timestamp", g.failures, g.last_error,
             coalesce(s.calls, 0) as "calls!", coalesce(s.failed, 0) as "failed!", coalesce(s.ms, 0) as "milliseconds!"
           from backlot.gateway_states g left join lateral (
             select sum(value * $1::smallint) filter (where metric = 'gateway_calls') as calls, sum(value * $1::smallint) filter (where metric = 'gateway_failed') as failed,
               sum(value * $1::smallint) filter (where metric = 'gateway_ms') as ms
             from backlot.health_samples where step = $1 and metric = any('{gateway_calls,gateway_failed,gateway_ms}') and subject = g.gateway
               and at > now() - make_interval(mins => $2)) s on true
           order by g.gateway"#,
        step,
        minutes
    )
    .fetch_all(db)
    .await?)
}

/// Schedules that are late by more than two minutes: nobody fires them.
pub async fn late(db: &mut PgConnection) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select name from backlot.job_schedules where not paused and next_at < now() - interval '2 minutes' order by next_at limit 10"
    )
    .fetch_all(db)
    .await?)
}
