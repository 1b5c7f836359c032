//! What was sent, what waits, and the newest events.
use super::{PATH, badge};
use crate::features::analytics::filter::{Filter, State};
use crate::features::analytics::store::{list, sums};
use crate::kernel::Result;
use crate::web::list::{Address, Chip, Pager};
use crate::web::parts::{Badge, Choice, Stat};
use crate::web::show::{Moment, number, short};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "analytics/index.html")]
struct Index {
    admin: Admin,
    stats: Vec<Stat>,
    sums: Vec<Sum>,
    reasons: Vec<(String, String)>,
    leaks: Vec<sums::Leak>,
    names: Vec<Choice>,
    states: Vec<Choice>,
    chips: Vec<Chip>,
    total: String,
    rows: Vec<Row>,
    pager: Pager,
}

struct Sum {
    name: String,
    href: String,
    day: String,
    week: String,
    delivered: String,
    waiting: String,
    last: Moment,
}

struct Row {
    href: String,
    name: String,
    properties: String,
    by: String,
    state: Badge,
    at: Moment,
}

/// The page.
pub async fn index(admin: Admin, Query(filter): Query<Filter>) -> Result<Response> {
    let address = Address::of(&admin, PATH);
    let mut db = admin.reader().await?;
    let (found, backlog) = (sums::by_name(&mut db).await?, sums::backlog(&mut db).await?);
    let (reasons, leaks) = (sums::reasons(&mut db).await?, sums::leaks(&mut db).await?);
    let page = list::page(&mut db, &filter).await?;
    let total = admin.count(address.subject(), list::total(&mut db, &filter)).await?;
    db.keep();
    html(&Index {
        stats: stats(&admin, &found, &backlog),
        names: choices("Any event", found.iter().map(|sum| (sum.name.as_str(), sum.name.as_str())), filter.name()),
        states: choices("Any state", State::choices(), filter.state.map(State::code)),
        chips: filter.words().into_iter().map(|(name, key, value)| Chip { name, value, remove: address.without(key) }).collect(),
        sums: found.into_iter().map(|sum| self::sum(&admin, sum)).collect(),
        reasons: reasons.into_iter().map(|reason| (number(reason.events), reason.reason)).collect(),
        leaks,
        total: total.words(),
        rows: page.rows.iter().map(|event| row(&admin, event)).collect(),
        pager: Pager::new(&page, &address, total, ("event", "events")),
        admin,
    })
}

fn stats(admin: &Admin, found: &[sums::Sum], backlog: &sums::Backlog) -> Vec<Stat> {
    let stat = |label: &str, value: String, note: String, tone: &'static str, href: &str| Stat {
        label: label.into(),
        value,
        note,
        tone,
        href: href.into(),
    };
    let ago = |at: Option<jiff_sqlx::Timestamp>| admin.time_if(at.map(Into::into)).map_or_else(|| "never".to_owned(), |at| at.ago);
    let (day, delivered) = (found.iter().map(|sum| sum.day).sum(), found.iter().map(|sum| sum.delivered).sum());
    let oldest = backlog.oldest.map(|at| format!("the oldest {}", ago(Some(at)))).unwrap_or_default();
    vec![
        stat("Happened in 24 hours", number(day), String::new(), "", ""),
        stat(
            "Delivered in 7 days",
            number(delivered),
            format!("the last {}", ago(backlog.last_delivered)),
            "",
            "/admin/analytics?state=delivered",
        ),
        stat("Waiting", number(backlog.waiting), oldest, "", "/admin/analytics?state=waiting"),
        stat(
            "Not taken",
            number(backlog.refused),
            "tried again".into(),
            if backlog.refused > 0 { "bad" } else { "" },
            "/admin/analytics?state=refused",
        ),
    ]
}

fn sum(admin: &Admin, found: sums::Sum) -> Sum {
    Sum {
        href: format!("{PATH}?name={}", crate::web::link::escape(&found.name)),
        name: found.name,
        day: number(found.day),
        week: number(found.week),
        delivered: number(found.delivered),
        waiting: number(found.waiting),
        last: admin.time(found.last_at),
    }
}

fn row(admin: &Admin, event: &list::Row) -> Row {
    Row {
        href: format!("{PATH}/{}", event.id),
        name: event.name.clone(),
        properties: short(&event.properties.to_string(), 120),
        by: event.by_name.clone().unwrap_or_else(|| "Backlot itself".into()),
        state: badge(event),
        at: admin.time(event.created_at.into()),
    }
}

fn choices<'a>(any: &str, all: impl Iterator<Item = (&'a str, &'a str)>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |(value, label): (&str, &str)| Choice { value: value.into(), label: label.into(), selected: chosen == Some(value) };
    let none = Choice { value: String::new(), label: any.into(), selected: chosen.is_none() };
    std::iter::once(none).chain(all.map(choice)).collect()
}
