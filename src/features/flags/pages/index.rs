//! The list of flags.
use super::{PATH, badges, home};
use crate::features::flags::filter::{Filter, Stand};
use crate::features::flags::model::Flag;
use crate::features::flags::store::{self, MOST};
use crate::kernel::{Permission, Result};
use crate::live::Kind;
use crate::web::list::{Address, Chip};
use crate::web::parts::{Badge, Choice};
use crate::web::show::{Moment, number};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "flags/index.html")]
struct Index {
    admin: Admin,
    total: String,
    q: String,
    states: Vec<Choice>,
    kinds: Vec<Choice>,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    may_edit: bool,
    /// Where the first flag is made; nowhere, for those who may not.
    new: &'static str,
    is_narrowed: bool,
    /// There may be more than these.
    cut: Option<i64>,
}

struct Row {
    name: String,
    href: String,
    description: String,
    stand: Badge,
    rule: String,
    kind: &'static str,
    kind_href: String,
    overrides: String,
    owner: String,
    owner_href: String,
    tags: Vec<(String, String)>,
    changed: Moment,
}

/// The list.
pub async fn index(admin: Admin, Query(filter): Query<Filter>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let found = store::list(&mut db, &filter).await?;
    db.keep();
    let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let address = Address::of(&admin, PATH);
    let chips = chips(&filter, &address);
    html(&Index {
        total: number(count),
        q: filter.q.clone().unwrap_or_default(),
        states: choices("In use", Stand::choices(), filter.state.map(Stand::code)),
        kinds: choices("Any type", Kind::choices(), filter.kind.map(Kind::code)),
        is_narrowed: !chips.is_empty(),
        chips,
        rows: found.iter().map(|flag| row(&admin, flag, &address)).collect(),
        may_edit: admin.may(Permission::FlagsEdit),
        new: if admin.may(Permission::FlagsEdit) { "/admin/features/new" } else { "" },
        cut: (count >= MOST).then_some(MOST),
        admin,
    })
}

fn row(admin: &Admin, flag: &Flag, address: &Address) -> Row {
    let state = &flag.state;
    Row {
        name: state.name.clone(),
        href: home(flag),
        description: state.description.clone(),
        stand: Badge { why: String::new(), ..badges(flag).swap_remove(0) },
        rule: state.words(),
        kind: state.kind.label(),
        kind_href: address.with("type", state.kind.code()),
        overrides: if state.user_overrides.is_empty() {
            String::new()
        } else {
            number(i64::try_from(state.user_overrides.len()).unwrap_or(0))
        },
        owner: state.owner.clone(),
        owner_href: address.with("owner", &state.owner),
        tags: state.tags.iter().map(|tag| (tag.clone(), address.with("tag", tag))).collect(),
        changed: admin.time(flag.updated_at),
    }
}

fn choices<'a>(any: &str, all: impl Iterator<Item = (&'a str, &'a str)>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |(value, label): (&str, &str)| Choice { value: value.into(), label: label.into(), selected: chosen == Some(value) };
    let none = Choice { value: String::new(), label: any.into(), selected: chosen.is_none() };
    std::iter::once(none).chain(all.map(choice)).collect()
}

fn chips(filter: &Filter, address: &Address) -> Vec<Chip> {
    let set = [
        ("Search", "q", filter.search()),
        ("State", "state", filter.state.map(Stand::label)),
        ("Type", "type", filter.kind.map(Kind::label)),
        ("Tag", "tag", filter.tag.as_deref()),
        ("Owner", "owner", filter.owner.as_deref()),
    ];
    let chip = |(name, key, value): (&'static str, &str, Option<&str>)| {
        value.map(|value| Chip { name, value: value.to_owned(), remove: address.without(key) })
    };
    set.into_iter().filter_map(chip).collect()
}
