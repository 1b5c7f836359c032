//! The page: a verdict, then a panel for each thing that Backlot stands on.
use super::charts::{self, Charts};
use super::database::{self, Database};
use super::errors::{self, Row as ErrorRow};
use super::verdict::{self, Verdict};
use super::work::{self, Compared, GatewayRow, InstanceRow};
use super::{Part, part, spans};
use crate::features::health::filter::{Asked, Span};
use crate::features::health::store;
use crate::kernel::Result;
use crate::web::parts::{Stat, Tab};
use crate::web::show::number;
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::response::Response;
use sqlx::PgConnection;
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "health/index.html")]
struct Index {
    admin: Admin,
    spans: Vec<Tab>,
    span: Span,
    verdict: Verdict,
    charts: Part<Charts>,
    database: Part<Database>,
    queue: Part<Vec<Stat>>,
    gateways: Part<Vec<GatewayRow>>,
    work: Part<Vec<Compared>>,
    errors: Part<Vec<ErrorRow>>,
    instances: Part<Vec<InstanceRow>>,
}

/// The page, and the same asked for by itself.
pub async fn index(admin: Admin, Query(asked): Query<Asked>) -> Result<Response> {
    let span = asked.span.unwrap_or(Span::Hour);
    let mut db = admin.reader().await?;
    let latest = store::samples::latest(&mut db).await?;
    let page = Index {
        spans: spans(super::PATH, span),
        span,
        verdict: verdict::of(&admin, &mut db, &latest).await?,
        charts: part(&admin, "the charts", charts::of(&admin, &mut db, span).await),
        database: part(&admin, "the database", database::of(&admin, &mut db, &latest).await),
        queue: part(&admin, "the job queue", queue(&mut db, &latest).await),
        gateways: part(&admin, "the gateways", work::gateways(&admin, &mut db, span).await),
        work: part(&admin, "trainings and workflows", work::compared(&mut db).await),
        errors: part(&admin, "the errors", errors::of(&admin, &mut db, span).await),
        instances: part(&admin, "the servers", work::instances(&admin, &mut db).await),
        admin,
    };
    db.keep();
    html(&page)
}

async fn queue(db: &mut PgConnection, latest: &HashMap<String, f64>) -> Result<Vec<Stat>> {
    let count = |metric: &str| latest.get(metric).map_or_else(|| "—".to_owned(), |value| number(value.round() as i64));
    let stat = |label: &str, value: String, note: &str, tone: &'static str, href: &str| Stat {
        label: label.into(),
        value,
        note: note.into(),
        tone,
        href: href.into(),
    };
    let dead = latest.get("jobs_dead").copied().unwrap_or_default();
    let age = latest.get("jobs_age").map_or_else(|| "—".to_owned(), |age| super::seconds(*age));
    let late = store::instances::late(db).await?;
    let (schedules, tone) = match late.first() {
        None => (("on time".to_owned(), String::new()), ""),
        Some(name) => ((format!("{} late", late.len()), name.clone()), "bad"),
    };
    Ok(vec![
        stat("Due", count("jobs_due"), "wait to be run", "", "/admin/jobs?state=waiting"),
        stat("Oldest due", age, "has waited", "", "/admin/jobs?state=waiting"),
        stat("Running", count("jobs_running"), "", "", "/admin/jobs?state=running"),
        stat("Dead", count("jobs_dead"), "until somebody looks", if dead > 0.0 { "bad" } else { "" }, "/admin/jobs?state=dead"),
        stat("Schedules", schedules.0, &schedules.1, tone, "/admin/jobs#schedules"),
        stat("Events to send", count("events_waiting"), "to the collector", "", ""),
    ])
}
