//! The charts: what was measured, over an hour, a day or a week.
use super::{bytes, seconds};
use crate::features::health::filter::Span;
use crate::features::health::model::counted;
use crate::features::health::store::samples::{self, Point};
use crate::kernel::Result;
use crate::web::Admin;
use crate::web::chart::{Chart, Frame, Series};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;
use std::collections::HashMap;

/// All of them, in the order of the page.
pub struct Charts(pub Vec<(&'static str, Chart)>);

/// One chart: title, what it is for a screen reader, its metrics, and how values are said.
struct Plan {
    title: &'static str,
    label: &'static str,
    metrics: &'static [(&'static str, &'static str, &'static str)],
    say: fn(f64) -> String,
    least: f64,
    /// The highest server counts, not all together.
    top: bool,
}

const PLANS: [Plan; 9] = [
    Plan {
        title: "Requests a minute",
        label: "Requests to Backlot a minute, and those that failed by our fault",
        metrics: &[("requests", "all", ""), ("request_errors", "failed (5xx)", "bad")],
        say: |value| format!("{value:.0}"),
        least: 4.0,
        top: false,
    },
    Plan {
        title: "Time to answer",
        label: "Time that requests take: the median and the slowest hundredth, of the slowest server",
        metrics: &[("request_p99", "99 %", ""), ("request_median", "median", "second")],
        say: |value| format!("{value:.0} ms"),
        least: 10.0,
        top: true,
    },
    Plan {
        title: "Database latency",
        label: "Time for the smallest question to the database",
        metrics: &[("database_ms", "latency", "")],
        say: |value| format!("{value:.1} ms"),
        least: 2.0,
        top: false,
    },
    Plan {
        title: "Database connections",
        label: "Connections to the database",
        metrics: &[("connections", "connections", "")],
        say: |value| format!("{value:.0}"),
        least: 10.0,
        top: false,
    },
    Plan {
        title: "Jobs",
        label: "Jobs that are due, and dead ones",
        metrics: &[("jobs_due", "due", ""), ("jobs_dead", "dead", "bad")],
        say: |value| format!("{value:.0}"),
        least: 4.0,
        top: false,
    },
    Plan {
        title: "Oldest due job",
        label: "How long the oldest due job has waited",
        metrics: &[("jobs_age", "age", "")],
        say: seconds,
        least: 10.0,
        top: false,
    },
    Plan {
        title: "Trainings a minute",
        label: "LoRA trainings that ended, and that failed, a minute",
        metrics: &[("trainings_ended", "ended", ""), ("trainings_failed", "failed", "bad")],
        say: |value| format!("{value:.2}"),
        least: 0.2,
        top: false,
    },
    Plan {
        title: "Generations a minute",
        label: "Generations that ended, and that failed, a minute",
        metrics: &[("generations_ended", "ended", ""), ("generations_failed", "failed", "bad")],
        say: |value| format!("{value:.1}"),
        least: 1.0,
        top: false,
    },
    Plan {
        title: "Size of the database",
        label: "Size of the database",
        metrics: &[("database_bytes", "size", "")],
        say: bytes,
        least: 1_000_000.0,
        top: false,
    },
];

/// Draws them.
pub async fn of(admin: &Admin, db: &mut PgConnection, span: Span) -> Result<Charts> {
    let metrics: Vec<String> = PLANS.iter().flat_map(|plan| plan.metrics.iter().map(|(metric, ..)| (*metric).to_owned())).collect();
    let found = samples::points(db, span, &metrics, &counted()).await?;
    let to = admin.site().clock.now();
    let from = to.saturating_sub(SignedDuration::from_mins(span.minutes().into())).unwrap_or(to);
    Ok(Charts(PLANS.iter().map(|plan| (plan.title, draw(admin, plan, (span, from, to), &found))).collect()))
}

fn draw(admin: &Admin, plan: &Plan, over: (Span, Timestamp, Timestamp), found: &HashMap<String, Vec<Point>>) -> Chart {
    let (span, from, to) = over;
    let value = |point: &Point| (point.at, if plan.top { point.top } else { point.sum });
    let measured = |metric: &str| found.get(metric).map(|all| all.iter().map(value).collect()).unwrap_or_default();
    let points: Vec<Vec<(Timestamp, f64)>> = plan
        .metrics
        .iter()
        .map(
            |(metric, ..)| {
                if metric.ends_with("_ended") || metric.ends_with("_failed") { whole(measured(metric), over) } else { measured(metric) }
            },
        )
        .collect();
    let series: Vec<Series<'_>> = plan.metrics.iter().zip(&points).map(|((_, name, tone), points)| Series { name, tone, points }).collect();
    let frame = Frame {
        label: format!("{}, {}", plan.label, span.label()),
        from,
        to,
        bucket: span.bucket(),
        zone: admin.zone(),
        say: plan.say,
        least: plan.least,
    };
    Chart::draw(&frame, &series)
}

/// Of what ended, nothing that was counted means none: each point that is missing is zero.
fn whole(measured: Vec<(Timestamp, f64)>, over: (Span, Timestamp, Timestamp)) -> Vec<(Timestamp, f64)> {
    let (span, from, to) = over;
    let bucket = i64::from(span.bucket()) * 60;
    let value = |second: i64| measured.iter().find(|(at, _)| at.as_second() == second).map_or(0.0, |(_, value)| *value);
    let first = (from.as_second() + bucket).div_euclid(bucket) * bucket;
    // The minute or quarter that is not over yet is not counted yet.
    let last = to.as_second() - bucket;
    let seconds = std::iter::successors(Some(first), |second| Some(second + bucket)).take_while(|second| *second <= last);
    seconds.filter_map(|second| Timestamp::from_second(second).ok().map(|at| (at, value(second)))).collect()
}
