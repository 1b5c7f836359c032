//! One operation: what was asked for, how far it is, and everything that was said about it. While it is under way the page follows it.
use super::money::{OPERATIONS, of_mode};
use super::story::{Names, story};
use crate::features::billing::model::operation::{Operation, State};
use crate::features::billing::model::plan::Plan;
use crate::features::billing::store::calls::{self, Noted};
use crate::features::billing::store::desk;
use crate::features::billing::store::hear::Verdict;
use crate::features::billing::store::notices::{self, Notice};
use crate::features::billing::store::{operations, staff};
use crate::gateways::finby::{Meaning, meaning};
use crate::kernel::{Permission, Result};
use crate::web::parts::{Badge, Event, MenuAction, Person};
use crate::web::show::{Moment, money, number};
use crate::web::{Admin, Path, html};
use askama::Template;
use axum::response::Response;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "billing/operation.html")]
struct Show {
    admin: Admin,
    operation_id: Uuid,
    title: String,
    badges: Vec<Badge>,
    actions: Vec<Vec<MenuAction>>,
    follows: bool,
    /// What somebody must do, or may: a heading and a sentence.
    calls_for: Option<(&'static str, String)>,
    user: Person,
    facts: Vec<(&'static str, String)>,
    times: Vec<(&'static str, Moment)>,
    reference: String,
    number: Option<i64>,
    link: Option<String>,
    lines: Vec<(String, String)>,
    brings: Vec<(&'static str, String)>,
    story: Vec<Event>,
    calls: Vec<CallRow>,
    notices: Vec<NoticeRow>,
}

struct CallRow {
    endpoint: String,
    at: Moment,
    took: String,
    outcome: String,
    code: String,
}

struct NoticeRow {
    verdict: Badge,
    state: String,
    times: i32,
    why: String,
    at: Moment,
}

/// The page, and what follows it.
pub async fn show(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let operation = operations::find(admin.read(), id).await?;
    let mut db = admin.reader().await?;
    let user = desk::customer(&mut *db, operation.user).await?;
    let calls = calls::of(&mut db, id).await?;
    let notices = notices::of(&mut db, id).await?;
    let names = Names {
        asked: staff::name(&mut db, operation.requested_by).await?,
        decided: staff::name(&mut db, operation.decided_by).await?,
        claimed: staff::name(&mut db, operation.claim.as_ref().map(|claim| claim.by)).await?,
    };
    db.keep();
    let person = Person::user(user.id, &user.name, &user.email);
    html(&view(admin, &operation, person, &names, (calls, notices)))
}

fn view(admin: Admin, operation: &Operation, user: Person, names: &Names, (calls, told): (Vec<Noted>, Vec<Notice>)) -> Show {
    let follows = matches!(operation.state, State::Queued | State::Sending | State::Waiting);
    Show {
        operation_id: operation.id,
        title: operation.title(),
        badges: vec![
            operation.state.badge(operation.answer.as_deref().filter(|_| operation.state.is_over()).unwrap_or_default()),
            of_mode(operation.mode),
        ],
        actions: actions(&admin, operation),
        follows,
        calls_for: calls_for(&admin, operation, names),
        user,
        facts: facts(operation, names),
        times: times(&admin, operation),
        reference: operation.reference.clone(),
        number: operation.gateway_ref,
        link: operation.link.clone().filter(|_| admin.may(Permission::BillingAct)),
        lines: lines(operation),
        brings: brings(&admin, operation),
        story: story(&admin, operation, names),
        calls: calls.into_iter().map(|call| call_row(&admin, call)).collect(),
        notices: told.into_iter().map(|notice| notice_row(&admin, notice)).collect(),
        admin,
    }
}

fn call_row(admin: &Admin, call: Noted) -> CallRow {
    CallRow {
        endpoint: call.endpoint,
        at: admin.time(call.asked_at),
        took: call.took_ms.map(|took| format!("{} ms", number(i64::from(took)))).unwrap_or_default(),
        outcome: call.outcome,
        code: call.code.unwrap_or_default(),
    }
}

fn notice_row(admin: &Admin, notice: Notice) -> NoticeRow {
    NoticeRow {
        verdict: Verdict::badge(notice.verdict, ""),
        state: notice.state.unwrap_or_default(),
        times: notice.times,
        why: notice.why.unwrap_or_default(),
        at: admin.time(notice.received_at),
    }
}

fn calls_for(admin: &Admin, operation: &Operation, names: &Names) -> Option<(&'static str, String)> {
    match operation.state {
        State::AwaitingApproval => {
            let until = operation.approve_until.map(|at| admin.time(at).local).unwrap_or_default();
            let by = names.asked.as_deref().unwrap_or("Backlot");
            Some(("It waits for a second admin", format!("{by} asked for it; somebody else approves or declines it until {until}.")))
        }
        State::Uncertain => {
            let said = operation.answer.clone().unwrap_or_default();
            let claimed = operation.claim.as_ref().map_or(String::new(), |claim| {
                format!(
                    " {} found: {}. A second admin must find the same.",
                    names.claimed.as_deref().unwrap_or("An admin"),
                    claim.outcome.label()
                )
            });
            Some(("Nobody knows whether money moved", format!("{said} A notification or a look settles it, or two admins.{claimed}")))
        }
        State::Failed => match operation.code.as_deref().map(meaning) {
            Some(Meaning::Declined(decline)) => Some(("What helps", decline.advice().to_owned())),
            _ => None,
        },
        _ => None,
    }
}

fn facts(operation: &Operation, names: &Names) -> Vec<(&'static str, String)> {
    let set = [
        ("Amount", Some(operation.amount())),
        ("For", Some(operation.purpose.label().to_owned())),
        ("Why", operation.reason_code.map(|code| code.label().to_owned())),
        ("Note", operation.note.clone()),
        ("Ticket", operation.ticket.clone()),
        ("Asked for by", Some(names.asked.clone().unwrap_or_else(|| "Backlot".into()))),
        ("Decided by", names.decided.clone()),
        ("Settled by", operation.settled_by.map(|by| by.label().to_owned())),
        ("Sent", (operation.tries > 1).then(|| format!("{} times: before, it never reached the gateway", operation.tries))),
        ("Code", operation.code.clone()),
        ("Answer", operation.answer.clone()),
    ];
    set.into_iter().filter_map(|(name, value)| value.filter(|value| !value.is_empty()).map(|value| (name, value))).collect()
}

fn times(admin: &Admin, operation: &Operation) -> Vec<(&'static str, Moment)> {
    let is_open = !operation.state.is_over();
    let set = [
        ("Asked for", Some(operation.requested_at)),
        ("Sent", operation.sent_at),
        ("Next look", operation.next_look_at.filter(|_| is_open)),
        ("Link good until", operation.link_until.filter(|_| is_open)),
        ("Settled", operation.settled_at),
    ];
    set.into_iter().filter_map(|(name, at)| at.map(|at| (name, admin.time(at)))).collect()
}

fn lines(operation: &Operation) -> Vec<(String, String)> {
    match &operation.plan {
        Plan::Upgrade { lines, .. } => lines.iter().map(|line| (line.what.clone(), money(line.minor, &operation.currency))).collect(),
        _ => Vec::new(),
    }
}

fn brings(admin: &Admin, operation: &Operation) -> Vec<(&'static str, String)> {
    match &operation.plan {
        Plan::Renewal { tier, period_start, period_end, price_minor, credits, .. } => vec![
            ("Tier", tier.label().to_owned()),
            ("Period", format!("{} to {}", admin.time(*period_start).local, admin.time(*period_end).local)),
            ("Price of a period", money(*price_minor, &operation.currency)),
            ("Credits", number(*credits)),
        ],
        Plan::Upgrade { tier, price_minor, credits, .. } => vec![
            ("Tier", tier.label().to_owned()),
            ("Price of a period", money(*price_minor, &operation.currency)),
            ("Credits", number(*credits)),
        ],
        Plan::Nothing | Plan::Credits { .. } => Vec::new(),
    }
}

fn actions(admin: &Admin, operation: &Operation) -> Vec<Vec<MenuAction>> {
    let lacks = admin.lacks(Permission::BillingAct);
    let entry = |label: &str, icon, path: &str, danger, not_now: Option<&str>| MenuAction {
        label: label.into(),
        icon,
        href: format!("{OPERATIONS}/{}/{path}", operation.id),
        danger,
        disabled: lacks.clone().or_else(|| not_now.map(str::to_owned)),
    };
    let is_own = admin.actor().id() == operation.requested_by;
    let not_waiting = (operation.state != State::AwaitingApproval).then_some("It does not wait for approval.");
    let own = is_own.then_some("You have asked for it yourself.");
    let not_uncertain = (operation.state != State::Uncertain).then_some("Only for one that nobody can say anything of.");
    vec![
        vec![
            entry("Approve", "shield-check", "approve", false, not_waiting.or(own)),
            entry(if is_own { "Take back" } else { "Decline" }, "ban", "decline", true, not_waiting),
        ],
        vec![entry("Say how it ended", "checkup-list", "settle", true, not_uncertain)],
    ]
}
