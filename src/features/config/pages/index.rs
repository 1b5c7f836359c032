//! All settings, by category, each with its editor.
use super::PATH;
use super::editor::Editor;
use super::row::{About, Group, Row, is_stale};
use crate::features::config::actions::Sent;
use crate::features::config::filter::Filter;
use crate::features::config::model::{Rows, values};
use crate::features::config::store;
use crate::kernel::{Invalid, Permission, Result};
use crate::live::Settings;
use crate::live::settings::{Category, all};
use crate::web::list::{Address, Chip};
use crate::web::parts::Errors;
use crate::web::show::number;
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "config/index.html")]
pub struct Index {
    admin: Admin,
    total: String,
    q: String,
    changed: bool,
    category: String,
    categories: Vec<Entry>,
    chips: Vec<Chip>,
    groups: Vec<Group>,
    may_edit: bool,
    /// What is listed, for after the form.
    list: String,
    errors: Errors,
    /// What somebody else has changed meanwhile.
    stale: Vec<&'static str>,
    /// Why, when it was said already.
    why: Vec<(&'static str, String)>,
}

/// A category to go to.
pub struct Entry {
    href: String,
    label: &'static str,
    count: String,
    current: bool,
}

/// The list.
pub async fn index(admin: Admin, Query(filter): Query<Filter>) -> Result<Response> {
    let rows = rows(&admin).await?;
    let sent = Sent { list: filter, ..Sent::default() };
    html(&page(admin, &sent, &rows, &Invalid::default()))
}

/// What the database holds now.
pub async fn rows(admin: &Admin) -> Result<Rows> {
    let mut db = admin.reader().await?;
    let rows = store::all(&mut db).await?;
    db.keep();
    Ok(rows)
}

/// The settings as they are now, with what the environment of this server holds.
pub fn settings(admin: &Admin, rows: &Rows) -> Settings {
    Settings::of(&values(rows), admin.site().live.now().settings.pinned())
}

/// The page, with everything that was typed, and what is wrong with it.
pub fn page(admin: Admin, sent: &Sent, rows: &Rows, invalid: &Invalid) -> Index {
    let settings = settings(&admin, rows);
    let about = About { admin: &admin, settings: &settings, rows, invalid };
    let groups = groups(&about, sent);
    let address = Address::new(PATH, &sent.list.query());
    let total: usize = groups.iter().map(|group| group.rows.len()).sum();
    Index {
        total: number(i64::try_from(total).unwrap_or(i64::MAX)),
        q: sent.list.q.clone().unwrap_or_default(),
        changed: sent.list.changed.is_some(),
        category: sent.list.category.map(|category| category.code().to_owned()).unwrap_or_default(),
        categories: categories(&about, &sent.list, &address),
        chips: chips(&sent.list, &address),
        groups,
        may_edit: admin.may(Permission::SettingsEdit),
        list: sent.list.query(),
        errors: invalid.fields.clone(),
        stale: sent.edits.iter().filter(|edit| is_stale(edit, rows)).map(|edit| edit.definition.key).collect(),
        why: [("reason", &sent.reason), ("ticket", &sent.ticket)]
            .into_iter()
            .filter_map(|(name, said)| Some((name, said.clone()?)))
            .collect(),
        admin,
    }
}

/// What the filters want, and whatever was typed for.
fn groups(about: &About<'_>, sent: &Sent) -> Vec<Group> {
    let filter = &sent.list;
    let of = |category: &Category| {
        let listed = all().filter(|definition| definition.category == *category).filter_map(|definition| {
            let typed = sent.edit(definition.key);
            let is_wanted =
                filter.category.is_none_or(|wanted| wanted == *category) && filter.wants(definition, about.is_changed(definition));
            let is_held = typed.is_some_and(|edit| edit.is_touched()) || about.invalid.of(definition.key).is_some();
            (is_wanted || is_held).then(|| about.row(definition, typed))
        });
        let rows: Vec<Row> = listed.collect();
        (!rows.is_empty()).then_some(Group { category: *category, rows })
    };
    Category::ALL.iter().filter_map(of).collect()
}

fn categories(about: &About<'_>, filter: &Filter, address: &Address) -> Vec<Entry> {
    let count = |category: Option<Category>| {
        let wanted = all().filter(|definition| category.is_none_or(|wanted| wanted == definition.category));
        number(
            i64::try_from(wanted.filter(|definition| filter.wants(definition, about.is_changed(definition))).count()).unwrap_or(i64::MAX),
        )
    };
    let any = Entry { href: address.without("category"), label: "All", count: count(None), current: filter.category.is_none() };
    let one = |category: &Category| Entry {
        href: address.with("category", category.code()),
        label: category.label(),
        count: count(Some(*category)),
        current: filter.category == Some(*category),
    };
    std::iter::once(any).chain(Category::ALL.iter().map(one)).collect()
}

fn chips(filter: &Filter, address: &Address) -> Vec<Chip> {
    let set = [
        ("Search", "q", filter.search()),
        ("Category", "category", filter.category.map(Category::label)),
        ("Only", "changed", filter.changed.map(|_| "changed from their default")),
    ];
    let chip = |(name, key, value): (&'static str, &str, Option<&str>)| {
        value.map(|value| Chip { name, value: value.to_owned(), remove: address.without(key) })
    };
    set.into_iter().filter_map(chip).collect()
}
