//! What happened to an operation, newest first.
use crate::features::billing::model::operation::{Operation, State};
use crate::web::Admin;
use crate::web::parts::Event;
use jiff::Timestamp;

/// Who did what.
pub struct Names {
    pub asked: Option<String>,
    pub decided: Option<String>,
    pub claimed: Option<String>,
}

/// When, its icon and tone, what happened, and who did it.
type Step = (Option<Timestamp>, &'static str, &'static str, String, Option<String>);

/// The timeline.
pub fn story(admin: &Admin, operation: &Operation, names: &Names) -> Vec<Event> {
    let ended = match operation.state {
        State::Succeeded => ("check", "ok"),
        State::Failed => ("alert-triangle", "bad"),
        _ => ("ban", ""),
    };
    let claimed = operation.claim.as_ref().map(|claim| format!("Found: {}", claim.outcome.label())).unwrap_or_default();
    let said = format!("{}: {}", operation.state.label(), operation.answer.as_deref().unwrap_or("done"));
    let backlot = Some("Backlot".to_owned());
    let set: [Step; 5] = [
        (operation.settled_at, ended.0, ended.1, said, None),
        (operation.claim.as_ref().map(|claim| claim.at), "checkup-list", "info", claimed, names.claimed.clone()),
        (operation.sent_at, "send", "", format!("Sent as {}", operation.reference), None),
        (operation.decided_at, "shield-check", "info", "Decided".to_owned(), names.decided.clone()),
        (Some(operation.requested_at), "plus", "", "Asked for".to_owned(), names.asked.clone().or(backlot)),
    ];
    let mut all: Vec<(Timestamp, Event)> = set
        .into_iter()
        .filter_map(|(at, icon, tone, text, by)| {
            let at = at?;
            Some((at, Event { icon, tone, text, by: by.unwrap_or_default(), at: admin.time(at), href: String::new() }))
        })
        .collect();
    // What happened at the same moment stays in this order.
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    all.into_iter().map(|(_, event)| event).collect()
}
