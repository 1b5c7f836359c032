//! What is failing: the newest failures, grouped by what their errors have in common.
use super::{PATH, crew_choices, mode, tabs};
use crate::features::workflows::store::failures::{self, Group, NEWEST};
use crate::features::workflows::store::list;
use crate::gateways::crewai::Crews;
use crate::kernel::{Permission, Result};
use crate::web::link::escape;
use crate::web::list::{day_begins, day_ends};
use crate::web::parts::{Badge, Choice, Tab};
use crate::web::show::{Moment, number, short};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::Extension;
use axum::response::Response;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

/// How many days are looked at unless others are asked for.
const DAYS: i64 = 30;

/// The filters of an address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    crew: Option<String>,
    from: Option<Date>,
    to: Option<Date>,
}

#[derive(Template)]
#[template(path = "workflows/failures.html")]
struct Failures {
    admin: Admin,
    mode: Option<Badge>,
    tabs: Vec<Tab>,
    crews: Vec<Choice>,
    from: String,
    to: String,
    zone: String,
    summary: String,
    /// Not every failure was looked at, or not every signature is shown.
    bounded: bool,
    rows: Vec<Row>,
    may_retry: bool,
}

/// Failures that have their error in common.
struct Row {
    signature: String,
    href: String,
    retry: String,
    runs: String,
    /// Of all that were looked at, in per cent.
    percent: i64,
    share: String,
    users: String,
    crews: String,
    first: Moment,
    last: Moment,
}

/// The page.
pub async fn index(admin: Admin, Extension(crews): Extension<Crews>, Query(asked): Query<Asked>) -> Result<Response> {
    let crew = asked.crew.as_deref().map(str::trim).filter(|crew| !crew.is_empty());
    let now = admin.site().clock.now();
    let today = now.to_zoned(admin.zone().clone()).date();
    let from = asked.from.unwrap_or_else(|| today.saturating_sub(DAYS.days()));
    let to = asked.to.unwrap_or(today);
    let (begin, end) = (day_begins(from, admin.zone()).unwrap_or(now), day_ends(to, admin.zone()).unwrap_or(now));
    let mut db = admin.reader().await?;
    let found = failures::groups(&mut db, begin, end, crew).await?;
    let known = list::crews(&mut db).await?;
    db.keep();
    let query = format!("from={from}&to={to}{}", crew.map(|crew| format!("&crew={}", escape(crew))).unwrap_or_default());
    let shown = i64::try_from(found.groups.len()).unwrap_or(i64::MAX);
    html(&Failures {
        mode: mode(&crews),
        tabs: tabs("/admin/workflows/failures"),
        crews: crew_choices(known, crew),
        from: from.to_string(),
        to: to.to_string(),
        zone: admin.signed().time_zone.clone(),
        summary: format!("{} failures, {} kinds of error", number(found.runs), number(found.signatures)),
        bounded: found.runs >= NEWEST || shown < found.signatures,
        rows: found.groups.iter().map(|group| row(&admin, group, found.runs, &query)).collect(),
        may_retry: admin.may(Permission::WorkflowsAct) && crews.mode().is_some(),
        admin,
    })
}

fn row(admin: &Admin, group: &Group, all: i64, query: &str) -> Row {
    let by = group.signature.as_deref().map(|signature| format!("{query}&signature={}", escape(signature)));
    let percent = (group.runs * 100).checked_div(all).unwrap_or(0);
    Row {
        signature: group.signature.as_deref().map_or_else(|| "No error was written down".into(), |text| short(text, 160)),
        href: format!("{PATH}?state=failed&{}", by.as_deref().unwrap_or(query)),
        retry: by.map(|by| format!("{PATH}/retry?{by}")).unwrap_or_default(),
        runs: number(group.runs),
        percent,
        share: if percent == 0 { "under 1 %".into() } else { format!("{percent} %") },
        users: number(group.users),
        crews: group.crews.iter().map(|crew| short(crew, 40)).collect::<Vec<_>>().join(", "),
        first: admin.time(group.first_at),
        last: admin.time(group.last_at),
    }
}
