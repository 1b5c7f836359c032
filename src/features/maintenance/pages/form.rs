//! The form of a window: planned anew, or changed; with what others changed meanwhile.
use super::zone_hint;
use crate::features::maintenance::actions::PlanFields;
use crate::kernel::Invalid;
use crate::web::Admin;
use crate::web::parts::{Badge, Difference, Errors, Field};
use askama::Template;

#[derive(Template)]
#[template(path = "maintenance/form.html")]
pub struct Window {
    pub admin: Admin,
    pub title: &'static str,
    pub step: &'static str,
    pub lead: &'static str,
    pub badges: Vec<Badge>,
    pub post: String,
    pub hidden: Vec<(&'static str, String)>,
    pub fields: Vec<Field>,
    pub errors: Errors,
    pub confirm: &'static str,
    /// Why nothing was saved, with how it is now (left) and what was typed (right).
    pub conflict: Option<Conflict>,
}

/// Somebody else was faster.
pub struct Conflict {
    pub why: String,
    pub changes: Vec<Difference>,
}

impl Window {
    /// Says what must be corrected, beside each field and above all of them.
    pub fn refuse(&mut self, invalid: &Invalid) {
        self.errors.clone_from(&invalid.fields);
        self.fields = self.fields.drain(..).map(|field| field.refused(invalid)).collect();
    }
}

/// The fields of a window; one that is on has no start to be changed.
pub fn fields(typed: &PlanFields, zone: &str, is_on: bool) -> Vec<Field> {
    let message = Field::new("area", "message", "What users are told")
        .hint("Plain text, in their words: what happens, and when it is over.")
        .value(typed.message.as_deref());
    let start = Field::new("datetime-local", "starts_at", "Begins").hint(zone_hint(zone)).value(typed.starts_at.as_deref());
    let end = Field::new("datetime-local", "ends_at", "Ends").value(typed.ends_at.as_deref());
    if is_on {
        let end = end.optional().hint(format!("{} Left empty, it lasts until somebody ends it.", zone_hint(zone)));
        return vec![message, end];
    }
    vec![message, start, end.hint(format!("{} It ends by itself then, and can be extended.", zone_hint(zone)))]
}
