//! The list of LoRA models.
use super::rows::{self, Row};
use super::{PATH, tabs};
use crate::features::lora::filter::{Filter, Sort, State};
use crate::features::lora::model::ErrorClass;
use crate::features::lora::store::groups;
use crate::features::lora::store::list::{self, CLOSEST, Listed, Narrowed};
use crate::kernel::page::Page;
use crate::kernel::{Permission, Result};
use crate::web::bulk::Bar;
use crate::web::list::{Address, Chip, Column, Pager, Total};
use crate::web::parts::{Choice, Tab};
use crate::web::{Admin, Query, html, see_other};
use askama::Template;
use axum::response::Response;
use jiff::civil::Date;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "lora/index.html")]
struct Index {
    admin: Admin,
    /// Where exactly this list can be exported, for those who may.
    export: Option<String>,
    /// What can be done with many of them, for those who may.
    bulk: Option<Bar>,
    tabs: Vec<Tab>,
    total: String,
    filter: Filters,
    chips: Vec<Chip>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    pager: Pager,
    /// Where the states of those that wait or run are asked for again; empty when none does.
    live: String,
    /// Not everything that matches was looked at.
    closest: Option<i64>,
}

/// The filter bar, as it was set.
struct Filters {
    q: String,
    status: Vec<Choice>,
    base: Vec<Choice>,
    error: Vec<Choice>,
    user: String,
    character: String,
    signature: String,
    created_from: String,
    created_to: String,
    silent: bool,
    zone: String,
    more: usize,
    sort: &'static str,
}

/// The list; an exact id goes straight to its page.
pub async fn index(admin: Admin, Query(filter): Query<Filter>) -> Result<Response> {
    if let Some(id) = filter.search().and_then(|text| Uuid::try_parse(text).ok()) {
        return Ok(see_other(&format!("{PATH}/{id}")));
    }
    let mut db = admin.reader().await?;
    let bases = groups::bases(&mut db).await?;
    let address = Address::of(&admin, PATH);
    let (page, total) = match Narrowed::of(&mut db, &filter, admin.zone()).await? {
        None => (Page { rows: Vec::new(), before: None, after: None }, Total::Exact(0)),
        Some(narrowed) => {
            let page = list::page(&mut db, &filter, &narrowed).await?;
            (page, admin.count(address.subject(), list::total(&mut db, &filter, &narrowed)).await?)
        }
    };
    db.keep();
    html(&view(admin, &filter, (&page, total), &bases))
}

fn view(admin: Admin, filter: &Filter, (page, total): (&Page<Listed>, Total), bases: &[String]) -> Index {
    let address = Address::of(&admin, PATH);
    let by = rows::By::of(&address, bases);
    let open: Vec<_> = page.rows.iter().filter(|row| row.status.is_open() && !row.deleted).map(|row| row.id.to_string()).collect();
    Index {
        bulk: admin
            .may(Permission::BulkRun)
            .then(|| Bar::new("lora", address.subject().split_once('?').map_or("", |(_, query)| query), total)),
        export: admin.may(Permission::ExportsAll).then(|| address.export("lora_models")),
        tabs: tabs(false),
        total: total.words(),
        filter: filters(&admin, filter, bases),
        chips: chips(filter, &address),
        columns: columns(filter, &address),
        rows: page.rows.iter().map(|row| rows::row(&admin, row, &by)).collect(),
        pager: Pager::new(page, &address, total, ("model", "models")),
        live: if open.is_empty() { String::new() } else { format!("{PATH}/live?ids={}", open.join("_")) },
        closest: (filter.search().is_some() && matches!(total, Total::MoreThan(_))).then_some(CLOSEST),
        admin,
    }
}

fn filters(admin: &Admin, filter: &Filter, bases: &[String]) -> Filters {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let named: Vec<_> = bases.iter().map(|base| (base.clone(), rows::base(base))).collect();
    let bases = named.iter().map(|(base, label)| (base.as_str(), label.as_str()));
    Filters {
        q: filter.q.clone().unwrap_or_default(),
        status: choices("Any status", State::choices(), filter.status.map(State::code)),
        base: choices("Any base model", bases, filter.base.as_deref()),
        error: choices("Any error", ErrorClass::choices(), filter.error.map(ErrorClass::code)),
        user: filter.user.clone().unwrap_or_default(),
        character: filter.character.map(|id| id.to_string()).unwrap_or_default(),
        signature: filter.signature.clone().unwrap_or_default(),
        created_from: day(filter.created_from),
        created_to: day(filter.created_to),
        silent: filter.silent.is_some(),
        zone: admin.signed().time_zone.clone(),
        more: filter.sheet(),
        sort: filter.sort.map_or("", Sort::code),
    }
}

/// What there is to choose from, with none of it first.
pub fn choices<'a>(any: &str, all: impl Iterator<Item = (&'a str, &'a str)>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |(value, label): (&str, &str)| Choice { value: value.into(), label: label.into(), selected: chosen == Some(value) };
    let none = Choice { value: String::new(), label: any.into(), selected: chosen.is_none() };
    std::iter::once(none).chain(all.map(choice)).collect()
}

fn chips(filter: &Filter, address: &Address) -> Vec<Chip> {
    let set = filter.words().into_iter();
    set.map(|(name, key, value)| Chip { name, value, remove: address.without(key) }).collect()
}

fn columns(filter: &Filter, address: &Address) -> Vec<Column> {
    let plain = |label| Column { label, href: String::new(), sort: "none", numeric: false };
    let sorted = |label, up: Sort, down: Sort| {
        let (sort, next) = match filter.order() {
            now if now == up => ("ascending", down),
            now if now == down => ("descending", up),
            _ => ("none", down),
        };
        Column { label, href: address.with("sort", next.code()), sort, numeric: false }
    };
    let between = ["Model", "Images", "Status", "User", "Character", "Base model"].map(plain);
    let created = sorted("Created", Sort::Oldest, Sort::Newest);
    between.into_iter().chain([created, sorted("Changed", Sort::ChangedFirst, Sort::ChangedLast)]).collect()
}
