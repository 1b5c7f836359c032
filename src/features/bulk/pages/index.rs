//! The list of bulk operations.
use super::{PATH, home};
use crate::features::bulk::filter::{Author, Filter};
use crate::features::bulk::model::State;
use crate::features::bulk::store::list::{self, Listed};
use crate::kernel::Result;
use crate::web::list::{Address, Chip, Pager};
use crate::web::parts::{Badge, Choice};
use crate::web::show::{Moment, number};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "bulk/index.html")]
struct Index {
    admin: Admin,
    total: String,
    states: Vec<Choice>,
    authors: Vec<Choice>,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    href: String,
    label: String,
    kind: String,
    state: Badge,
    state_href: String,
    done: String,
    skipped: String,
    failed: String,
    by: String,
    at: Moment,
    finished: Option<Moment>,
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
        authors: choices("Anybody's", Author::choices(), filter.author.map(Author::code)),
        chips: chips(&filter, &address),
        pager: Pager::new(&page, &address, total, ("operation", "operations")),
        rows: page.rows.iter().map(|row| view(&admin, row, &address)).collect(),
        admin,
    })
}

fn view(admin: &Admin, row: &Listed, address: &Address) -> Row {
    let some = |count: i64| if count > 0 { number(count) } else { String::new() };
    Row {
        href: home(row.id),
        label: row.label.clone(),
        kind: row.kind.clone(),
        state: row.state.badge(),
        state_href: address.with("state", row.state.code()),
        done: format!("{} of {}", number(row.done), number(row.planned)),
        skipped: some(row.skipped),
        failed: some(row.failed),
        by: row.by.clone(),
        at: admin.time(row.created_at),
        finished: admin.time_if(row.finished_at),
    }
}

fn choices<'a>(any: &str, all: impl Iterator<Item = (&'a str, &'a str)>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |(value, label): (&str, &str)| Choice { value: value.into(), label: label.into(), selected: chosen == Some(value) };
    let none = Choice { value: String::new(), label: any.into(), selected: chosen.is_none() };
    std::iter::once(none).chain(all.map(choice)).collect()
}

fn chips(filter: &Filter, address: &Address) -> Vec<Chip> {
    let set = [
        ("State", "state", filter.state.map(|state| state.label().to_owned())),
        ("Author", "author", filter.author.map(|author| author.label().to_owned())),
    ];
    set.into_iter().filter_map(|(name, key, value)| value.map(|value| Chip { name, value, remove: address.without(key) })).collect()
}
