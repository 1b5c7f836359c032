//! What will happen, as the page that asks shows it.
use crate::kernel::{Change, Effect, Rehearsal, Target};
use crate::web::parts::{Difference, Link};
use crate::web::show;
use serde_json::Value;

/// What will happen, as the page shows it.
pub struct Preview {
    pub counts: Vec<Counted>,
    pub affected: Vec<Affected>,
}

/// A consequence with its number, and the first few of those it counts.
pub struct Counted {
    pub number: String,
    pub text: String,
    pub some: Vec<Link>,
    pub more: bool,
}

/// A row that changes.
pub struct Affected {
    pub label: String,
    pub changes: Vec<Difference>,
}

impl Preview {
    /// Of what was tried.
    pub fn of(rehearsal: &Rehearsal) -> Self {
        let affected = |change: &Change| Affected { label: change.target.label.clone(), changes: differences(change) };
        Self { counts: rehearsal.effects.iter().map(Counted::of).collect(), affected: rehearsal.changes.iter().map(affected).collect() }
    }
}

impl Counted {
    fn of(effect: &Effect) -> Self {
        let link = |target: &Target| Link { href: format!("/admin/{}s/{}", target.kind, target.id), label: target.label.clone() };
        Self {
            number: effect.currency.as_deref().map_or_else(|| show::number(effect.count), |currency| show::money(effect.count, currency)),
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
