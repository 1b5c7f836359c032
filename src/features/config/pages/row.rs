//! A setting as a row of the list.
use super::editor::{Editor, editor};
use super::{LONGEST_LINE, PATH};
use crate::features::config::actions::Edit;
use crate::features::config::model::{Rows, Stored, figure, version, words};
use crate::kernel::{Invalid, Permission};
use crate::live::Settings;
use crate::live::settings::{Category, Definition, Kind};
use crate::web::Admin;
use crate::web::parts::Badge;
use crate::web::show::{self, Moment};
use serde_json::Value;

/// A row.
pub struct Row {
    pub definition: &'static Definition,
    pub href: String,
    pub badges: Vec<Badge>,
    /// The value in words, for who may only read.
    pub value: String,
    pub long: bool,
    /// What it was, and what it may be.
    pub hint: String,
    pub editor: Option<Editor>,
    /// The editor holds what was typed, not what is there.
    pub typed: bool,
    pub seen: i32,
    pub was: String,
    pub by: String,
    pub at: Option<Moment>,
    pub error: Option<String>,
    /// Somebody else changed it meanwhile: what to know of that.
    pub theirs: Option<Theirs>,
}

/// What somebody else has made of a setting since it was seen.
pub struct Theirs {
    pub by: String,
    pub at: Option<Moment>,
    pub before: String,
    pub now: String,
}

/// The rows of a category.
pub struct Group {
    pub category: Category,
    pub rows: Vec<Row>,
}

/// What rows are made from.
pub struct About<'a> {
    pub admin: &'a Admin,
    pub settings: &'a Settings,
    pub rows: &'a Rows,
    pub invalid: &'a Invalid,
}

impl About<'_> {
    /// The value that holds.
    pub fn value(&self, definition: &Definition) -> Value {
        self.settings.value(definition.key).cloned().unwrap_or_else(|| definition.default())
    }

    /// Whether it differs from the default.
    pub fn is_changed(&self, definition: &Definition) -> bool {
        self.value(definition) != definition.default()
    }

    /// A row, with what was typed.
    pub fn row(&self, definition: &'static Definition, typed: Option<&Edit>) -> Row {
        let (key, value) = (definition.key, self.value(definition));
        let stored = self.rows.get(key);
        let may = self.admin.may(Permission::SettingsEdit) && !self.settings.is_pinned(key) && definition.elsewhere.is_empty();
        let words = words(definition, &value);
        let typed_anew = typed.filter(|edit| edit.is_touched());
        Row {
            definition,
            href: format!("{PATH}/{key}"),
            badges: self.badges(definition),
            long: words.chars().count() > LONGEST_LINE || words.contains('\n'),
            value: words,
            hint: hint(definition),
            editor: may.then(|| editor(definition, &value, typed_anew)),
            typed: may && typed_anew.is_some(),
            seen: version(self.rows, key),
            was: value.to_string(),
            by: stored.and_then(|row| row.by.clone()).unwrap_or_default(),
            at: stored.filter(|row| row.by.is_some()).map(|row| self.admin.time(row.at)),
            error: self.invalid.of(key).map(str::to_owned),
            theirs: typed.filter(|edit| is_stale(edit, self.rows)).map(|edit| self.theirs(edit, stored)),
        }
    }

    fn theirs(&self, edit: &Edit, stored: Option<&Stored>) -> Theirs {
        Theirs {
            by: stored.and_then(|row| row.by.clone()).unwrap_or_else(|| "Somebody".into()),
            at: stored.map(|row| self.admin.time(row.at)),
            before: words(edit.definition, &edit.was),
            now: words(edit.definition, &self.value(edit.definition)),
        }
    }

    /// What to know of it before touching it.
    pub fn badges(&self, definition: &Definition) -> Vec<Badge> {
        let mut badges = Vec::new();
        if self.settings.is_pinned(definition.key) {
            badges.push(Badge::new("warn", "Pinned").because("set by the environment"));
        }
        if self.is_changed(definition) {
            badges.push(Badge::new("info", "Changed"));
        }
        if !definition.danger.is_empty() {
            badges.push(Badge::new("bad", "Dangerous"));
        }
        badges
    }
}

/// Whether somebody has changed a setting since this was typed.
pub fn is_stale(edit: &Edit, rows: &Rows) -> bool {
    edit.is_touched() && version(rows, edit.definition.key) != edit.seen
}

/// What holds until it is changed, and between which limits it may be.
fn hint(definition: &Definition) -> String {
    let default = show::short(&words(definition, &definition.default()), LONGEST_LINE).replace('\n', " ");
    let limits = match definition.kind {
        Kind::Number(range) | Kind::PerTier(range) => format!(" · {} to {}", figure(&range.min.into()), figure(&range.max.into())),
        Kind::Text { longest, .. } => format!(" · at most {longest} characters"),
        _ => String::new(),
    };
    match definition.kind {
        Kind::Json(_) if default.len() > 40 => String::new(),
        _ => format!("Default: {default}{limits}"),
    }
}
