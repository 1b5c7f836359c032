//! One setting: what it is, what it holds, what it was, and the way back to that.
use super::PATH;
use super::editor::carried;
use super::index::{rows, settings};
use super::row::About;
use crate::features::config::model::{Rows, differences, pretty, version, words};
use crate::features::config::store::history::{self, MOST, Past};
use crate::kernel::{Error, Invalid, Permission, Result};
use crate::live::Settings;
use crate::live::settings::{Definition, Kind, Side, find};
use crate::web::parts::{Badge, Difference};
use crate::web::show::Moment;
use crate::web::{Admin, Path, html};
use askama::Template;
use axum::response::Response;
use serde_json::Value;

#[derive(Template)]
#[template(path = "config/show.html")]
struct Show {
    admin: Admin,
    definition: &'static Definition,
    badges: Vec<Badge>,
    value: String,
    default: String,
    reader: &'static str,
    kind: String,
    schema: String,
    version: i32,
    /// The way back to the default, where there is one.
    reset: Option<Vec<(String, String)>>,
    list: String,
    past: Vec<Step>,
    /// There are more than these.
    cut: Option<i64>,
}

/// One change.
struct Step {
    version: i32,
    changes: Vec<Difference>,
    by: String,
    at: Moment,
    reason: String,
    href: String,
    /// What it became can be had again.
    revert: Option<Vec<(String, String)>>,
}

/// The page.
pub async fn show(admin: Admin, Path(key): Path<String>) -> Result<Response> {
    let definition = find(&key).ok_or_else(|| Error::NotFound("There is no setting with this key.".into()))?;
    let rows = rows(&admin).await?;
    let mut db = admin.reader().await?;
    let past = history::of(&mut db, definition.key).await?;
    db.keep();
    html(&page(admin, definition, &rows, past))
}

/// What a change back takes.
struct Back<'a> {
    definition: &'static Definition,
    now: &'a Value,
    seen: i32,
    may: bool,
}

impl Back<'_> {
    /// The form that gives it this value, unless it has it.
    fn to(&self, value: &Value) -> Option<Vec<(String, String)>> {
        let fits = self.definition.fit(value).is_ok_and(|fitted| fitted != *self.now);
        (self.may && fits).then(|| carried(self.definition, value, (self.seen, self.now)))
    }
}

fn page(admin: Admin, definition: &'static Definition, rows: &Rows, mut past: Vec<Past>) -> Show {
    let now: Settings = settings(&admin, rows);
    let invalid = Invalid::default();
    let about = About { admin: &admin, settings: &now, rows, invalid: &invalid };
    let (value, seen) = (about.value(definition), version(rows, definition.key));
    let may = admin.may(Permission::SettingsEdit) && !now.is_pinned(definition.key) && definition.elsewhere.is_empty();
    let back = Back { definition, now: &value, seen, may };
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let cut = (past.len() > most).then_some(MOST);
    past.truncate(most);
    Show {
        definition,
        badges: about.badges(definition),
        value: words(definition, &value),
        default: words(definition, &definition.default()),
        reader: if definition.side == Side::Platform { "The platform" } else { "Backlot" },
        kind: kind(definition),
        schema: schema(definition),
        version: seen,
        reset: back.to(&definition.default()),
        list: format!("{PATH}?category={}", definition.category.code()),
        past: past.into_iter().map(|past| step(&admin, &back, past)).collect(),
        cut,
        admin,
    }
}

fn step(admin: &Admin, back: &Back<'_>, past: Past) -> Step {
    Step {
        version: past.version,
        changes: differences(back.definition, past.before.as_ref(), &past.after),
        by: past.by,
        at: admin.time(past.at),
        reason: past.reason,
        href: format!("/admin/audit/{}", past.audit_id),
        revert: back.to(&past.after),
    }
}

fn kind(definition: &Definition) -> String {
    let range = |range: crate::live::settings::Range| {
        let steps = if range.whole && range.step == 1.0 { String::new() } else { format!(", in steps of {}", range.step) };
        format!("from {} to {}{steps}", range.min, range.max)
    };
    match definition.kind {
        Kind::Number(limits) if limits.whole => format!("A whole number {}", range(limits)),
        Kind::Number(limits) => format!("A number {}", range(limits)),
        Kind::PerTier(limits) => format!("A whole number for each tier, {}, never less for who pays more", range(limits)),
        Kind::Switch => "On or off".into(),
        Kind::Choice(words) => format!("One of these: {}", words.iter().map(|(_, label)| *label).collect::<Vec<_>>().join(", ")),
        Kind::Text { longest, lines, .. } => format!("Text of at most {longest} characters{}", if lines { "" } else { ", on one line" }),
        Kind::Json(_) => "JSON that fits a schema".into(),
    }
}

fn schema(definition: &Definition) -> String {
    match definition.kind {
        Kind::Json(schema) => serde_json::from_str(schema).map(|schema: Value| pretty(&schema)).unwrap_or_default(),
        _ => String::new(),
    }
}
