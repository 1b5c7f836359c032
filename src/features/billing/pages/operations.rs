//! The list of operations: what waits for somebody on top.
use super::money::{OPERATIONS, mode, tabs};
use crate::features::billing::model::filter::Filter;
use crate::features::billing::model::operation::{CREDITS, Kind, Purpose, State};
use crate::features::billing::store::queue::{self, Listed};
use crate::gateways::finby::Payments;
use crate::kernel::{Permission, Result, page};
use crate::web::list::{Address, Chip, Pager, Total};
use crate::web::parts::{Badge, Choice, Person, Tab};
use crate::web::show::{Moment, money, number, short};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::Extension;
use axum::response::Response;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "billing/queue.html")]
struct Index {
    admin: Admin,
    mode: Badge,
    tabs: Vec<Tab>,
    /// Where exactly this list can be exported, for those who may.
    export: Option<String>,
    total: String,
    states: Vec<Choice>,
    kinds: Vec<Choice>,
    purposes: Vec<Choice>,
    user: String,
    chips: Vec<Chip>,
    /// What waits for somebody; only above the whole list.
    open: Vec<Row>,
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    id: Uuid,
    what: String,
    purpose: &'static str,
    amount: String,
    state: Badge,
    state_href: String,
    user: Person,
    answer: String,
    by: String,
    mode: String,
    at: Moment,
}

/// The list.
pub async fn index(admin: Admin, Extension(payments): Extension<Payments>, Query(filter): Query<Filter>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let user = queue::user(&mut db, &filter).await?;
    let found = queue::page(&mut db, &filter, user).await?;
    let address = Address::of(&admin, OPERATIONS);
    let total = admin.count(address.subject(), queue::total(&mut db, &filter, user)).await?;
    let is_whole = !filter.is_narrowed() && filter.cursor().is_none();
    let open = if is_whole { queue::open(&mut db).await? } else { Vec::new() };
    db.keep();
    html(&view(admin, &payments, &filter, (open, found, total), &address))
}

fn view(
    admin: Admin,
    payments: &Payments,
    filter: &Filter,
    (open, found, total): (Vec<Listed>, page::Page<Listed>, Total),
    address: &Address,
) -> Index {
    let chips = filter.words().into_iter().map(|(name, key, value)| Chip { name, value, remove: address.without(key) });
    Index {
        mode: mode(payments),
        tabs: tabs(OPERATIONS),
        export: admin.may(Permission::ExportsMake).then(|| address.export("billing_operations")),
        total: total.words(),
        states: choices("Any state", State::choices(), filter.state.map(State::code)),
        kinds: choices("Any kind", Kind::choices(), filter.kind.map(Kind::code)),
        purposes: choices("Any purpose", Purpose::choices(), filter.purpose.map(Purpose::code)),
        user: filter.user().unwrap_or_default().to_owned(),
        chips: chips.collect(),
        open: open.iter().map(|row| shown(&admin, row, address)).collect(),
        rows: found.rows.iter().map(|row| shown(&admin, row, address)).collect(),
        pager: Pager::new(&found, address, total, ("operation", "operations")),
        admin,
    }
}

fn shown(admin: &Admin, row: &Listed, address: &Address) -> Row {
    Row {
        id: row.id,
        what: row.kind.label().to_owned(),
        purpose: row.purpose.label(),
        amount: if row.currency == CREDITS { number(row.minor) } else { money(row.minor, &row.currency) },
        state: row.state.badge(""),
        state_href: address.with("state", row.state.code()),
        user: Person::user(row.user, &row.user_name, &row.user_email),
        answer: row.answer.as_deref().map(|text| short(text, 120)).unwrap_or_default(),
        by: row.by.clone().unwrap_or_else(|| "Backlot".into()),
        mode: row.mode.clone(),
        at: admin.time(row.requested_at),
    }
}

/// What a filter can be set to, with nothing first.
pub fn choices<'a>(any: &str, all: impl Iterator<Item = (&'a str, &'a str)>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |(value, label): (&str, &str)| Choice { value: value.into(), label: label.into(), selected: chosen == Some(value) };
    let none = Choice { value: String::new(), label: any.into(), selected: chosen.is_none() };
    std::iter::once(none).chain(all.map(choice)).collect()
}
