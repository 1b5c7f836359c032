//! The list of admins.
use super::PATH;
use crate::features::admins::filter::{Factor, Filter};
use crate::features::admins::model::Status;
use crate::features::admins::store::list::{self, Listed, MOST};
use crate::kernel::{Result, Role};
use crate::web::list::{Address, Chip};
use crate::web::parts::{Badge, Choice, Person};
use crate::web::show::{Moment, number};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "admins/index.html")]
struct Index {
    admin: Admin,
    total: String,
    q: String,
    roles: Vec<Choice>,
    states: Vec<Choice>,
    factors: Vec<Choice>,
    chips: Vec<Chip>,
    /// Where exactly this list can be exported.
    export: String,
    rows: Vec<Row>,
    /// There are more than these.
    cut: Option<i64>,
}

struct Row {
    person: Person,
    is_me: bool,
    role: &'static str,
    role_href: String,
    status: Badge,
    status_href: String,
    factors: Vec<Badge>,
    last: Option<Moment>,
    link: Option<Moment>,
}

/// The list.
pub async fn index(admin: Admin, Query(filter): Query<Filter>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let mut found = list::list(&mut db, &filter, None).await?;
    db.keep();
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let cut = (found.len() > most).then_some(MOST);
    found.truncate(most);
    let address = Address::of(&admin, PATH);
    let chips = filter.words().into_iter().map(|(name, key, value)| Chip { name, value, remove: address.without(key) });
    html(&Index {
        total: number(i64::try_from(found.len()).unwrap_or(i64::MAX)),
        q: filter.q.clone().unwrap_or_default(),
        roles: choices("Any role", Role::choices(), filter.role.map(Role::code)),
        states: choices("Any status", Status::choices(), filter.status.map(Status::code)),
        factors: choices("Any second factor", Factor::choices(), filter.factor.map(Factor::code)),
        chips: chips.collect(),
        export: address.export("admins"),
        rows: found.iter().map(|row| self::row(&admin, row, &address)).collect(),
        cut,
        admin,
    })
}

fn row(admin: &Admin, row: &Listed, address: &Address) -> Row {
    let account = &row.account;
    Row {
        person: Person::admin(account.id, &account.name, &account.email),
        is_me: account.id == admin.id(),
        role: account.role.label(),
        role_href: address.with("role", account.role.code()),
        status: account.status.badge(account.status_reason.as_deref()),
        status_href: address.with("status", account.status.code()),
        factors: account.factors(),
        last: admin.time_if(row.last_sign_in_at),
        link: admin.time_if(row.link_until),
    }
}

fn choices<'a>(any: &str, all: impl Iterator<Item = (&'a str, &'a str)>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |(value, label): (&str, &str)| Choice { value: value.into(), label: label.into(), selected: chosen == Some(value) };
    let none = Choice { value: String::new(), label: any.into(), selected: chosen.is_none() };
    std::iter::once(none).chain(all.map(choice)).collect()
}
