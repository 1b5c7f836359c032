//! What charts and comparisons are drawn from.
use crate::features::health::filter::Span;
use crate::features::health::model::Work;
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgConnection;
use std::collections::HashMap;

/// One point of a chart, over all servers.
pub struct Point {
    pub at: Timestamp,
    /// All servers together: the mean of a level, so many a minute of what is counted.
    pub sum: f64,
    /// The highest of any server.
    pub top: f64,
}

/// The points of some metrics, oldest first; where nothing was measured there is none.
pub async fn points(db: &mut PgConnection, span: Span, metrics: &[String], counted: &[String]) -> Result<HashMap<String, Vec<Point>>> {
    let rows = sqlx::query!(
        r#"select metric as "metric!", date_bin(make_interval(mins => $3), at, timestamptz 'epoch') as "at!: jiff_sqlx::Timestamp",
             case when metric = any($5) then sum(sum) * $1 / $3 else avg(sum) end as "sum!", max(top) as "top!"
           from (select metric, at, sum(value) as sum, max(value) as top from backlot.health_samples
                 where step = $1 and metric = any($2) and at > now() - make_interval(mins => $4) group by metric, at) s
           group by 1, 2 order by 1, 2"#,
        span.step(),
        metrics,
        span.bucket(),
        span.minutes(),
        counted
    );
    let mut found: HashMap<String, Vec<Point>> = HashMap::new();
    for row in rows.fetch_all(db).await? {
        found.entry(row.metric).or_default().push(Point { at: row.at.into(), sum: row.sum, top: row.top });
    }
    Ok(found)
}

/// The last value of each metric that has one not older than five minutes.
pub async fn latest(db: &mut PgConnection) -> Result<HashMap<String, f64>> {
    let rows = sqlx::query!(
        r#"select distinct on (metric) metric, value from backlot.health_samples
           where step = 1 and subject = '' and at > now() - interval '5 minutes' order by metric, at desc"#
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.metric, row.value)).collect())
}

/// The highest of any server, of the last five minutes.
pub async fn highest(db: &mut PgConnection, metric: &str) -> Result<Option<f64>> {
    let highest = sqlx::query_scalar!(
        "select max(value) from backlot.health_samples where step = 1 and metric = $1 and at > now() - interval '5 minutes'",
        metric
    );
    Ok(highest.fetch_one(db).await?)
}

/// What ended in the last 24 hours, and in the seven days before.
pub async fn work(db: &mut PgConnection) -> Result<HashMap<String, (Work, Work)>> {
    let rows = sqlx::query!(
        r#"select split_part(metric, '_', 1) as "kind!", split_part(metric, '_', 2) as "what!",
             coalesce(sum(value) filter (where step = 1 and at > now() - interval '24 hours'), 0) as "day!",
             coalesce(sum(value * 15) filter (where step = 15), 0) as "week!"
           from backlot.health_samples
           where metric = any($1) and ((step = 1 and at > now() - interval '24 hours')
             or (step = 15 and at > now() - interval '8 days' and at <= now() - interval '1 day'))
           group by 1, 2"#,
        &metrics()
    );
    let mut found: HashMap<String, (Work, Work)> = HashMap::new();
    for row in rows.fetch_all(db).await? {
        let both = found.entry(row.kind).or_default();
        for (work, value) in [(&mut both.0, row.day), (&mut both.1, row.week)] {
            match row.what.as_str() {
                "ended" => work.ended = value,
                "failed" => work.failed = value,
                "done" => work.done = value,
                _ => work.seconds = value,
            }
        }
    }
    Ok(found)
}

fn metrics() -> Vec<String> {
    let kinds = ["trainings", "workflows", "generations", "payments"];
    kinds.iter().flat_map(|kind| ["ended", "failed", "done", "seconds"].map(|what| format!("{kind}_{what}"))).collect()
}
