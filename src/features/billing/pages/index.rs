//! The list of subscriptions.
use super::money::mode;
use super::{PATH, tabs};
use crate::features::billing::filter::{Filter, Next, Sort};
use crate::features::billing::model::Status;
use crate::features::billing::store::list::{self, Listed, Narrowed};
use crate::gateways::finby::Payments;
use crate::kernel::page::Page;
use crate::kernel::{Permission, Result, Tier};
use crate::web::list::{Address, Chip, Column, Pager, Total};
use crate::web::parts::{Badge, Choice, Person, Tab};
use crate::web::show::{self, Moment};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::Extension;
use axum::response::Response;
use jiff::civil::Date;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "billing/index.html")]
struct Index {
    admin: Admin,
    /// Where exactly this list can be exported, for those who may.
    export: Option<String>,
    mode: Badge,
    tabs: Vec<Tab>,
    total: String,
    filter: Filters,
    chips: Vec<Chip>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    pager: Pager,
}

/// The filter bar, as it was set.
struct Filters {
    user: String,
    status: Vec<Choice>,
    tier: Vec<Choice>,
    next: Vec<Choice>,
    from: String,
    to: String,
    zone: String,
    sort: &'static str,
}

/// A row, with the addresses that filter by its values.
struct Row {
    user: Person,
    desk: String,
    state: Badge,
    state_href: String,
    tier: &'static str,
    tier_href: String,
    price: String,
    is_discounted: bool,
    until: Moment,
    then: String,
    failed: String,
    grace: Option<Moment>,
    card: String,
}

/// The list.
pub async fn index(admin: Admin, Extension(payments): Extension<Payments>, Query(filter): Query<Filter>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let zone = admin.zone().clone();
    let asked = Narrowed::of(&mut db, &filter, &zone).await?;
    let found = list::page(&mut db, &asked).await?;
    let address = Address::of(&admin, PATH);
    let key = format!("{} {}", admin.signed().time_zone, address.subject());
    let total = admin.count(key, list::total(&mut db, &asked)).await?;
    db.keep();
    html(&view(admin, &payments, &filter, (&found, total), &address))
}

fn view(admin: Admin, payments: &Payments, filter: &Filter, (found, total): (&Page<Listed>, Total), address: &Address) -> Index {
    let states: BTreeMap<_, _> = Status::ALL.iter().map(|status| (status.code(), address.with("status", status.code()))).collect();
    let tiers: BTreeMap<_, _> = Tier::ALL.iter().map(|tier| (tier.code(), address.with("tier", tier.code()))).collect();
    Index {
        export: admin.may(Permission::ExportsMake).then(|| address.export("subscriptions")),
        mode: mode(payments),
        tabs: tabs(false),
        total: total.words(),
        filter: filters(&admin, filter),
        chips: filter.words().into_iter().map(|(name, key, value)| Chip { name, value, remove: address.without(key) }).collect(),
        columns: columns(filter, address),
        pager: Pager::new(found, address, total, ("subscription", "subscriptions")),
        rows: found.rows.iter().map(|one| row(&admin, one, &states, &tiers)).collect(),
        admin,
    }
}

type Addresses = BTreeMap<&'static str, String>;

fn row(admin: &Admin, one: &Listed, states: &Addresses, tiers: &Addresses) -> Row {
    let (user, name, email) = &one.user;
    let of = |addresses: &Addresses, code: &str| addresses.get(code).cloned().unwrap_or_default();
    let tone = match one.status {
        Status::Trialing => "info",
        Status::Active => "ok",
        Status::PastDue => "bad",
        Status::Cancelled => "warn",
        Status::Lapsed => "",
    };
    Row {
        user: Person { href: format!("/admin/users/{user}/billing"), ..Person::user(*user, name, email) },
        desk: format!("/admin/users/{user}/billing"),
        state: Badge::new(tone, one.status.label()),
        state_href: of(states, one.status.code()),
        tier: one.tier.label(),
        tier_href: of(tiers, one.tier.code()),
        price: show::money(one.price_minor, &one.currency),
        is_discounted: one.is_discounted,
        until: admin.time(one.period_end),
        then: then(one),
        failed: if one.failed_charges > 0 { show::number(one.failed_charges.into()) } else { String::new() },
        grace: one.grace_until.filter(|_| one.status == Status::PastDue).map(|until| admin.time(until)),
        card: one.card.clone().unwrap_or_default(),
    }
}

/// What comes at the end of the period.
fn then(one: &Listed) -> String {
    match (one.status, one.pending_tier) {
        (Status::Lapsed, _) => "ended".into(),
        (Status::Cancelled, _) => "ends".into(),
        (Status::PastDue, _) if one.is_cancelled || one.next_charge_at.is_none() => "was due".into(),
        (Status::PastDue, _) => "was due, is retried".into(),
        (_, Some(tier)) => format!("becomes {tier}"),
        (Status::Trialing, _) if one.card.is_none() => "trial ends, no card".into(),
        _ => "renews".into(),
    }
}

fn choices<'a>(any: &str, all: impl Iterator<Item = (&'a str, &'a str)>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |(value, label): (&str, &str)| Choice { value: value.into(), label: label.into(), selected: chosen == Some(value) };
    let none = Choice { value: String::new(), label: any.into(), selected: chosen.is_none() };
    std::iter::once(none).chain(all.map(choice)).collect()
}

fn filters(admin: &Admin, filter: &Filter) -> Filters {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let paid = Tier::choices().filter(|(code, _)| *code != Tier::Free.code());
    Filters {
        user: filter.user().unwrap_or_default().to_owned(),
        status: choices("Any that runs", Status::choices(), filter.status.map(Status::code)),
        tier: choices("Any tier", paid, filter.tier.map(Tier::code)),
        next: choices("Whatever comes next", Next::choices(), filter.next.map(Next::code)),
        from: day(filter.from),
        to: day(filter.to),
        zone: admin.signed().time_zone.clone(),
        sort: filter.sort.map_or("", Sort::code),
    }
}

fn columns(filter: &Filter, address: &Address) -> Vec<Column> {
    let plain = |label, numeric| Column { label, href: String::new(), sort: "none", numeric };
    let (sort, next) = match filter.order() {
        Sort::Latest => ("descending", Sort::Soonest),
        Sort::Soonest => ("ascending", Sort::Latest),
        Sort::Grace => ("none", Sort::Soonest),
    };
    let period = Column { label: "Period ends", href: address.with("sort", next.code()), sort, numeric: false };
    let is_late = filter.status == Some(Status::PastDue);
    let grace = Column {
        label: "Grace until",
        href: if is_late { address.with("sort", Sort::Grace.code()) } else { String::new() },
        sort: if filter.order() == Sort::Grace { "ascending" } else { "none" },
        numeric: false,
    };
    let before = [plain("User", false), plain("Status", false), plain("Tier", false), plain("Price", true)];
    before.into_iter().chain([period, plain("Failed", true), grace, plain("Card", false)]).collect()
}
