//! The page that asks before something is done: what will happen, why, and one button that says it.
mod preview;

pub use preview::{Preview, differences, words};

use super::admin::{Admin, Submitted};
use super::parts::{Badge, Difference, Errors, Field, Link, Typed};
use crate::kernel::{Invalid, Performed, Rehearsal, Result};
use askama::Template;
use axum::response::Response;
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
    second_admin: bool,
    confirm: String,
    cancel: String,
    danger: bool,
    rehearsed: bool,
    undo: &'static str,
    badges: Vec<Badge>,
    overtaken: Vec<Overtaken>,
    /// The field that decides which of the others matter.
    tailored: &'static str,
}

/// What somebody else changed while this form was open.
pub struct Overtaken {
    pub text: String,
    pub changes: Vec<Difference>,
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
            second_admin: false,
            confirm: confirm.into(),
            cancel: "/admin".into(),
            danger: false,
            rehearsed: false,
            undo: "",
            badges: Vec::new(),
            overtaken: Vec::new(),
            tailored: "",
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

    /// Where it is sent; without this, to the page's own address.
    #[must_use]
    pub fn post(mut self, path: &str) -> Self {
        path.clone_into(&mut self.post);
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

    /// As [`Ask::by_name`], and then a second admin must approve it: the last button only proposes.
    #[must_use]
    pub fn second_admin(mut self) -> Self {
        self.second_admin = true;
        self.by_name()
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

    /// Fields that one field's choice makes idle step back.
    #[must_use]
    pub fn tailored(mut self, by: &'static str) -> Self {
        self.tailored = by;
        self
    }

    /// The page again, with what others changed meanwhile above what was typed: 409.
    ///
    /// # Errors
    /// When the page cannot be rendered.
    pub fn overtaken(mut self, by: Vec<Overtaken>) -> Result<Response> {
        self.overtaken = by;
        super::respond::conflict(&self)
    }

    /// Answers a form: the page again, with what must be corrected or what would happen; or on, when it is done.
    ///
    /// # Errors
    /// When the page cannot be rendered.
    pub fn settle<T>(mut self, submitted: Submitted<T>) -> Result<ControlFlow<Response, Performed<T>>> {
        let page = match submitted {
            Submitted::Done(performed) => return Ok(ControlFlow::Continue(performed)),
            Submitted::Proposed(id) => super::see_other(&format!("/admin/approvals/{id}")),
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
        self.effect = Some(Preview::of(rehearsal));
    }
}
