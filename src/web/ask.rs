//! The page that asks before something is done: what will happen, why, and one button that says it.
use super::admin::{Admin, Submitted};
use super::parts::{Badge, Difference, Errors, Field, Link, Typed};
use super::show;
use crate::kernel::{Change, Effect, Invalid, Performed, Rehearsal, Result, Target};
use askama::Template;
use axum::response::Response;
use serde_json::Value;
use std::ops::ControlFlow;

/// The page that asks before something is done.
#[derive(Template)]
#[template(path = "action.html")]
pub struct Ask {
    admin: Admin,
    title: String,
    step: &'static str,
    crumbs: Vec<Link>,
    lead: String,
    errors: Errors,
    effect: Option<Preview>,
    changed: bool,
    post: String,
    hidden: Vec<(String, String)>,
    fields: Vec<Field>,
    typed: Option<Typed>,
    by_name: bool,
    confirm: String,
    cancel: String,
    danger: bool,
    rehearsed: bool,
    undo: &'static str,
    badges: Vec<Badge>,
}

/// What will happen, as the page shows it.
struct Preview {
    counts: Vec<Counted>,
    affected: Vec<Affected>,
}

/// A consequence with its number, and the first few of those it counts.
struct Counted {
    number: String,
    text: String,
    some: Vec<Link>,
    more: bool,
}

/// A row that changes.
struct Affected {
    label: String,
    changes: Vec<Difference>,
}

impl Ask {
    /// A question, by its title and the words of its button.
    pub fn new(admin: Admin, title: impl Into<String>, confirm: impl Into<String>) -> Self {
        let post = admin.here().split('?').next().unwrap_or_default().to_owned();
        Self {
            admin,
            title: title.into(),
            step: "",
            crumbs: Vec::new(),
            lead: String::new(),
            errors: Vec::new(),
            effect: None,
            changed: false,
            post,
            hidden: Vec::new(),
            fields: Vec::new(),
            typed: None,
            by_name: false,
            confirm: confirm.into(),
            cancel: "/admin".into(),
            danger: false,
            rehearsed: false,
            undo: "",
            badges: Vec::new(),
        }
    }

    /// Where it stands: the pages above it, and its own word. Cancel goes to the last of them.
    #[must_use]
    pub fn under(mut self, crumbs: Vec<Link>, step: &'static str) -> Self {
        self.cancel = crumbs.last().map_or_else(|| "/admin".to_owned(), |link| link.href.clone());
        self.crumbs = crumbs;
        self.step = step;
        self
    }

    /// What it is about, in a sentence.
    #[must_use]
    pub fn lead(mut self, lead: impl Into<String>) -> Self {
        self.lead = lead.into();
        self
    }

    /// How the subject is now.
    #[must_use]
    pub fn badges(mut self, badges: Vec<Badge>) -> Self {
        self.badges = badges;
        self
    }

    /// Its effect is shown before it is done: the first button only looks.
    #[must_use]
    pub fn rehearsed(mut self) -> Self {
        self.rehearsed = true;
        self
    }

    /// The name of what it is about must be typed, once the effect is shown.
    #[must_use]
    pub fn by_name(mut self) -> Self {
        self.by_name = true;
        self.rehearsed()
    }

    /// It takes something away.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// How it can be taken back.
    #[must_use]
    pub fn undo(mut self, undo: &'static str) -> Self {
        self.undo = undo;
        self
    }

    /// What must be filled in.
    #[must_use]
    pub fn fields(mut self, fields: Vec<Field>) -> Self {
        self.fields = fields;
        self
    }

    /// What the form carries beside its fields.
    #[must_use]
    pub fn hidden(mut self, name: &str, value: impl Into<String>) -> Self {
        self.hidden.push((name.to_owned(), value.into()));
        self
    }

    /// Answers a form: the page again, with what must be corrected or what would happen; or on, when it is done.
    ///
    /// # Errors
    /// When the page cannot be rendered.
    pub fn settle<T>(mut self, submitted: Submitted<T>) -> Result<ControlFlow<Response, Performed<T>>> {
        let page = match submitted {
            Submitted::Done(performed) => return Ok(ControlFlow::Continue(performed)),
            Submitted::Preview(rehearsal) => {
                self.show(&rehearsal);
                super::html(&self)?
            }
            Submitted::Changed(rehearsal) => {
                self.show(&rehearsal);
                self.changed = true;
                super::respond::conflict(&self)?
            }
            Submitted::Mistyped(rehearsal) => {
                self.show(&rehearsal);
                self.refuse(&Invalid::field("_typed", "Type it exactly as it is shown."));
                super::unprocessable(&self)?
            }
            Submitted::Invalid(invalid) => {
                self.refuse(&invalid);
                super::unprocessable(&self)?
            }
        };
        Ok(ControlFlow::Break(page))
    }

    fn refuse(&mut self, invalid: &Invalid) {
        self.errors.clone_from(&invalid.fields);
        self.fields = self.fields.drain(..).map(|field| field.refused(invalid)).collect();
        if let Some(typed) = &mut self.typed {
            typed.error = invalid.of("_typed").map(str::to_owned);
        }
    }

    fn show(&mut self, rehearsal: &Rehearsal) {
        self.hidden.push(("_fingerprint".into(), rehearsal.fingerprint.clone()));
        let phrase = rehearsal.target.label.clone();
        self.typed = self.by_name.then_some(Typed { phrase, value: String::new(), error: None });
        let counts = rehearsal.effects.iter().map(Counted::of).collect();
        let affected =
            rehearsal.changes.iter().map(|change| Affected { label: change.target.label.clone(), changes: differences(change) }).collect();
        self.effect = Some(Preview { counts, affected });
    }
}

impl Counted {
    fn of(effect: &Effect) -> Self {
        let link = |target: &Target| Link { href: format!("/admin/{}s/{}", target.kind, target.id), label: target.label.clone() };
        Self {
            number: show::number(effect.count),
            text: effect.text.clone(),
            some: effect.some.iter().map(link).collect(),
            more: i64::try_from(effect.some.len()).is_ok_and(|shown| shown < effect.count),
        }
    }
}

/// The fields of a change that differ, for people.
pub fn differences(change: &Change) -> Vec<Difference> {
    let differ = change.differences().into_iter();
    differ
        .map(|(field, before, after)| Difference {
            field: words(&field),
            before: before.and_then(|value| text(&value)),
            after: after.and_then(|value| text(&value)),
        })
        .collect()
}

/// `status_reason` as `Status reason`.
pub fn words(field: &str) -> String {
    let spaced = field.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
