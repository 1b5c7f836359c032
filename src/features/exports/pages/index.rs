//! The list of exports: one's own, or everybody's for those who look after all.
use super::{Offered, PATH, words};
use crate::features::exports::filter::{Filter, Whose};
use crate::features::exports::model::{Export, State};
use crate::features::exports::store::list::{self, Listed};
use crate::kernel::{Permission, Result};
use crate::live::settings::keys;
use crate::web::list::{Address, Chip, Pager};
use crate::web::parts::{Badge, Choice, Person, Tab};
use crate::web::show::{Moment, number};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::Extension;
use axum::response::Response;
use jiff::SignedDuration;

#[derive(Template)]
#[template(path = "exports/index.html")]
struct Index {
    admin: Admin,
    total: String,
    states: Vec<Choice>,
    datasets: Vec<Choice>,
    /// Everybody's can be chosen.
    whose: Vec<Choice>,
    chips: Vec<Chip>,
    everybodys: bool,
    rows: Vec<Row>,
    pager: Pager,
    /// Where the list is looked at again while something is on its way.
    live: String,
    kept: String,
    tabs: Vec<Tab>,
}

struct Row {
    href: String,
    label: String,
    format: String,
    state: Badge,
    percent: Option<i64>,
    rows: String,
    size: String,
    by: Person,
    scheduled: bool,
    asked: Moment,
    expires: Option<Moment>,
    /// Only one's own, and only while it is there.
    download: bool,
}

/// The list.
pub async fn index(admin: Admin, Extension(offered): Extension<Offered>, Query(filter): Query<Filter>) -> Result<Response> {
    let everybodys = filter.whose.is_some();
    if everybodys {
        admin.desk().admit_reading(admin.actor(), Permission::ExportsAll, PATH).await?;
    }
    let owner = (!everybodys).then(|| admin.id());
    let mut db = admin.reader().await?;
    let page = list::page(&mut db, &filter, owner).await?;
    let address = Address::of(&admin, PATH);
    let key = format!("{} {}", admin.id(), address.subject());
    let total = admin.count(key, list::total(&mut db, &filter, owner)).await?;
    db.keep();
    let hours = admin.site().live.now().settings.get(keys::EXPORT_RETENTION_HOURS);
    let is_open = |row: &Listed| matches!(row.state, State::Waiting | State::Running);
    let query = admin.here().split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
    html(&Index {
        total: total.words(),
        states: choices("Any state", State::choices(), filter.state.map(State::code)),
        datasets: choices("Anything", offered.datasets.iter().map(|set| (set.name, set.label)), filter.dataset.as_deref()),
        whose: if admin.may(Permission::ExportsAll) {
            choices("Yours", Whose::choices(), filter.whose.map(Whose::code))
        } else {
            Vec::new()
        },
        chips: chips(&filter, &offered, &address),
        everybodys,
        live: if page.rows.iter().any(is_open) { format!("{PATH}/live{query}") } else { String::new() },
        pager: Pager::new(&page, &address, total, ("export", "exports")),
        rows: page.rows.iter().map(|listed| row(&admin, listed, hours)).collect(),
        kept: number(hours),
        tabs: vec![
            Tab { href: PATH.to_owned(), label: "Files", current: true },
            Tab { href: format!("{PATH}/schedules"), label: "By the clock", current: false },
        ],
        admin,
    })
}

fn row(admin: &Admin, listed: &Listed, setting_hours: i64) -> Row {
    let hours = listed.keep_hours.map_or(setting_hours, i64::from);
    let expires = listed.finished_at.filter(|_| listed.state == State::Ready);
    let expires = expires.and_then(|at| at.checked_add(SignedDuration::from_hours(hours)).ok());
    let percent = listed.rows_expected.filter(|_| listed.state == State::Running);
    Row {
        href: format!("{PATH}/{}", listed.id),
        label: listed.label.clone(),
        format: words::format(listed.format, listed.gzip),
        state: Export::badge_of(listed.state, listed.error.as_deref()),
        percent: percent.map(|expected| if expected == 0 { 0 } else { (listed.rows * 100 / expected).clamp(0, 100) }),
        rows: if listed.rows > 0 || listed.bytes.is_some() { number(listed.rows) } else { String::new() },
        size: listed.bytes.map(words::size).unwrap_or_default(),
        by: Person::admin(listed.owner.0, &listed.owner.1, &listed.owner.2),
        scheduled: listed.scheduled,
        asked: admin.time(listed.created_at),
        expires: admin.time_if(expires),
        download: listed.state == State::Ready && listed.owner.0 == admin.id(),
    }
}

fn choices<'a>(any: &str, all: impl Iterator<Item = (&'a str, &'a str)>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |(value, label): (&str, &str)| Choice { value: value.into(), label: label.into(), selected: chosen == Some(value) };
    let none = Choice { value: String::new(), label: any.into(), selected: chosen.is_none() };
    std::iter::once(none).chain(all.map(choice)).collect()
}

fn chips(filter: &Filter, offered: &Offered, address: &Address) -> Vec<Chip> {
    let label = |name: &String| offered.find(name).map_or_else(|_| name.clone(), |set| set.label.to_owned());
    let set = [
        ("State", "state", filter.state.map(|state| state.label().to_owned())),
        ("Of", "dataset", filter.dataset.as_ref().map(label)),
        ("Whose", "whose", filter.whose.map(|whose| whose.label().to_owned())),
    ];
    set.into_iter().filter_map(|(name, key, value)| value.map(|value| Chip { name, value, remove: address.without(key) })).collect()
}
