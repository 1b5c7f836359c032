//! The review: every change of a form, before and after, with what is dangerous about it, and why it is done.
use super::editor::carried;
use crate::features::config::actions::Sent;
use crate::features::config::model::differences;
use crate::kernel::Invalid;
use crate::live::Settings;
use crate::web::Admin;
use crate::web::parts::{Difference, Errors, Field};
use askama::Template;

#[derive(Template)]
#[template(path = "config/review.html")]
pub struct Review {
    admin: Admin,
    steps: Vec<Step>,
    hidden: Vec<(String, String)>,
    fields: Vec<Field>,
    errors: Errors,
    changed: bool,
    from_list: bool,
    cancel: String,
    danger: bool,
}

/// One change.
struct Step {
    label: &'static str,
    key: &'static str,
    category: &'static str,
    danger: &'static str,
    changes: Vec<Difference>,
}

impl Review {
    /// Of what differs from how it is now.
    pub fn new(admin: Admin, sent: &Sent, now: &Settings, fingerprint: &str) -> Self {
        let (mut steps, mut hidden) = (Vec::new(), vec![("_fingerprint".to_owned(), fingerprint.to_owned())]);
        for edit in sent.touched() {
            let Ok(value) = edit.value() else { continue };
            let definition = edit.definition;
            hidden.extend(carried(definition, &value, (edit.seen, &edit.was)));
            let changes = differences(definition, now.value(definition.key), &value);
            let (label, category) = (definition.label, definition.category.label());
            steps.push(Step { label, key: definition.key, category, danger: definition.danger, changes });
        }
        hidden.extend(sent.of.map(|key| ("of".to_owned(), key.to_owned())));
        hidden.push(("list".to_owned(), sent.list.query()));
        let fields = vec![
            Field::new("area", "reason", "Reason").hint("For your colleagues and the record.").value(sent.reason.as_deref()),
            Field::new("text", "ticket", "Ticket")
                .hint("A number or address from your ticket system.")
                .optional()
                .value(sent.ticket.as_deref()),
        ];
        let danger = steps.iter().any(|step| !step.danger.is_empty());
        Self {
            admin,
            steps,
            hidden,
            fields,
            errors: Vec::new(),
            changed: false,
            from_list: sent.of.is_none(),
            cancel: sent.origin(),
            danger,
        }
    }

    /// It would no longer do what was shown.
    #[must_use]
    pub fn changed(self) -> Self {
        Self { changed: true, ..self }
    }

    /// What must be corrected.
    #[must_use]
    pub fn refused(mut self, invalid: &Invalid) -> Self {
        self.errors.clone_from(&invalid.fields);
        self.fields = self.fields.drain(..).map(|field| field.refused(invalid)).collect();
        self
    }
}
