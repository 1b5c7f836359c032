//! A model's attempts, as its page shows them.
use super::words;
use crate::features::lora::model::{Attempt, Config};
use crate::web::Admin;
use crate::web::parts::{Badge, Difference};
use crate::web::show::{Moment, money, number};
use jiff::Timestamp;

/// An attempt.
pub struct AttemptRow {
    pub number: i32,
    pub state: Badge,
    pub class: String,
    pub error: String,
    pub provider_state: String,
    pub steps: String,
    pub at: Moment,
    pub took: String,
    pub cost: String,
    pub credits: String,
    pub by: String,
    pub reason: String,
    pub external_id: String,
    /// What was trained otherwise than the attempt before.
    pub changes: Vec<Difference>,
}

/// What of its parameters differs from those of the attempt before.
fn changes(attempt: &Attempt, before: Option<&Attempt>) -> Vec<Difference> {
    let Some(before) = before.filter(|before| !before.config.is_empty() && !attempt.config.is_empty()) else { return Vec::new() };
    let (was, is) = (words::parameters(&Config(before.config.clone())), words::parameters(&Config(attempt.config.clone())));
    let value = |all: &[(String, String)], name: &str| all.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let names = is.iter().chain(was.iter().filter(|(name, _)| !is.iter().any(|(known, _)| known == name))).map(|(name, _)| name);
    names
        .map(|name| Difference { field: name.clone(), before: value(&was, name), after: value(&is, name) })
        .filter(|difference| difference.before != difference.after)
        .collect()
}

fn credits(attempt: &Attempt) -> String {
    match (attempt.credits_charged, attempt.credits_refunded) {
        (0, _) => "–".to_owned(),
        (charged, 0) => number(i64::from(charged)),
        (charged, refunded) if charged == refunded => format!("{}, given back", number(i64::from(charged))),
        (charged, refunded) => format!("{}, {} given back", number(i64::from(charged)), number(i64::from(refunded))),
    }
}

/// All of them, the last first.
pub fn rows(admin: &Admin, attempts: &[Attempt], now: Timestamp) -> Vec<AttemptRow> {
    let row = |(at, attempt): (usize, &Attempt)| AttemptRow {
        number: attempt.number,
        state: attempt.progress.badge(),
        class: attempt.error_class.map(|class| class.label().to_owned()).unwrap_or_default(),
        error: attempt.error.clone().unwrap_or_default(),
        provider_state: attempt.provider_state.clone().unwrap_or_default(),
        steps: format!("{} of {}", number(i64::from(attempt.steps)), number(i64::from(attempt.total_steps))),
        at: admin.time(attempt.created_at),
        took: words::between(attempt.started_at, attempt.finished_at, now),
        cost: money(attempt.cost.0, &attempt.cost.1),
        credits: credits(attempt),
        by: attempt.by.clone().unwrap_or_default(),
        reason: attempt.reason.clone().unwrap_or_default(),
        external_id: attempt.external_id.clone().unwrap_or_default(),
        changes: changes(attempt, attempts.get(at + 1)),
    };
    attempts.iter().enumerate().map(row).collect()
}
