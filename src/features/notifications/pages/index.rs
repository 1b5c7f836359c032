//! The list of notifications.
use super::{PATH, badge};
use crate::features::notifications::filter::{Author, Filter};
use crate::features::notifications::model::{Kind, State};
use crate::features::notifications::store::list::{self, Listed};
use crate::kernel::Result;
use crate::web::list::{Address, Chip, Pager};
use crate::web::parts::{Badge, Choice};
use crate::web::show::{Moment, number};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "notifications/index.html")]
struct Index {
    admin: Admin,
    total: String,
    states: Vec<Choice>,
    kinds: Vec<Choice>,
    authors: Vec<Choice>,
    series: String,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    href: String,
    title: String,
    kind: &'static str,
    state: Badge,
    still: Option<Moment>,
    state_href: String,
    kind_href: String,
    channels: String,
    when: String,
    at: Option<Moment>,
    sent: String,
    failed: String,
    read: String,
    by: String,
    created: Moment,
}

/// The list, newest first.
pub async fn index(admin: Admin, Query(filter): Query<Filter>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let page = list::page(&mut db, &filter, admin.id()).await?;
    let address = Address::of(&admin, PATH);
    let key = format!("{} {}", admin.id(), address.subject());
    let total = admin.count(key, list::total(&mut db, &filter, admin.id())).await?;
    db.keep();
    html(&Index {
        total: total.words(),
        states: choices("Any state", State::choices(), filter.state.map(State::code)),
        kinds: choices("Any type", Kind::choices(), filter.kind.map(Kind::code)),
        authors: choices("Anybody's", Author::choices(), filter.author.map(Author::code)),
        series: filter.series.map(|id| id.to_string()).unwrap_or_default(),
        chips: chips(&filter, &address),
        pager: Pager::new(&page, &address, total, ("notification", "notifications")),
        rows: page.rows.iter().map(|row| view(&admin, row, &address)).collect(),
        admin,
    })
}

fn view(admin: &Admin, row: &Listed, address: &Address) -> Row {
    let when = match (row.started_at, row.next_at.filter(|_| row.state == State::Scheduled)) {
        (Some(_), _) if row.is_occurrence => "occurrence, began".to_owned(),
        (Some(_), _) => "began".to_owned(),
        (None, Some(_)) if row.plan.recurs() => format!("{}, next", row.plan.words()),
        (None, Some(_)) => "planned for".to_owned(),
        (None, None) if row.plan.recurs() => row.plan.words(),
        (None, None) => String::new(),
    };
    let shown = |count: i64| if row.planned == 0 { String::new() } else { number(count) };
    Row {
        href: format!("{PATH}/{}", row.id),
        title: row.title.clone(),
        kind: row.kind.label(),
        state: badge(row.state),
        still: admin.time_if(row.still_since),
        state_href: address.with("state", row.state.code()),
        kind_href: address.with("kind", row.kind.code()),
        channels: row.channels.iter().map(|channel| channel.label()).collect::<Vec<_>>().join(", "),
        when,
        at: admin.time_if(row.started_at.or(row.next_at.filter(|_| row.state == State::Scheduled))),
        sent: if row.planned == 0 { String::new() } else { format!("{} of {}", number(row.sent), number(row.planned)) },
        failed: if row.failed > 0 { number(row.failed) } else { String::new() },
        read: shown(row.read),
        by: row.by.clone().unwrap_or_else(|| "Backlot itself".into()),
        created: admin.time(row.created_at),
    }
}

pub(super) fn choices<'a>(any: &str, all: impl Iterator<Item = (&'a str, &'a str)>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |(value, label): (&str, &str)| Choice { value: value.into(), label: label.into(), selected: chosen == Some(value) };
    let none = Choice { value: String::new(), label: any.into(), selected: chosen.is_none() };
    std::iter::once(none).chain(all.map(choice)).collect()
}

fn chips(filter: &Filter, address: &Address) -> Vec<Chip> {
    let set = [
        ("State", "state", filter.state.map(|state| state.label().to_owned())),
        ("Type", "kind", filter.kind.map(|kind| kind.label().to_owned())),
        ("Author", "author", filter.author.map(|author| author.label().to_owned())),
        ("Occurrences of", "series", filter.series.map(|id| id.to_string())),
    ];
    set.into_iter().filter_map(|(name, key, value)| value.map(|value| Chip { name, value, remove: address.without(key) })).collect()
}
