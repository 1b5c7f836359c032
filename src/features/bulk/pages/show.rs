//! One operation: its preview, or how far it is.
use super::{home, subject};
use crate::features::bulk::Kinds;
use crate::features::bulk::model::{Operation, State};
use crate::features::bulk::store::{self, freeze};
use crate::kernel::Result;
use crate::web::parts::{Badge, Link, Stat};
use crate::web::show::{Moment, number};
use crate::web::{Admin, Path, html};
use askama::Template;
use axum::Extension;
use axum::response::Response;
use uuid::Uuid;

/// How many rows a preview shows.
const SHOWN: i64 = 20;

#[derive(Template)]
#[template(path = "bulk/show.html")]
struct Show {
    admin: Admin,
    home: String,
    title: String,
    kind: String,
    badges: Vec<Badge>,
    state: State,
    /// What is done with the rows, in the kind's words.
    effect: String,
    planned: String,
    left: Vec<(String, String)>,
    sample: Vec<Link>,
    /// Not all of them are shown.
    is_part: bool,
    far: Far,
    can_start: bool,
    needs_second: bool,
    is_mine: bool,
    is_old: bool,
    proposal: Option<String>,
    whom: String,
    list_href: String,
    reason: String,
    ticket: String,
    owner: String,
    created: Moment,
    started: Option<Moment>,
    finished: Option<Moment>,
    stopped_why: String,
    audit: String,
    caused: Option<String>,
}

/// How far it is: the part of the page that refreshes itself.
#[derive(Template)]
#[template(path = "bulk/progress.html")]
struct Far {
    home: String,
    is_moving: bool,
    percent: u8,
    words: String,
    stats: Vec<Stat>,
    has_failures: bool,
}

/// The page.
pub async fn show(admin: Admin, Extension(kinds): Extension<Kinds>, Path(id): Path<Uuid>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let found = store::find(&mut db, id).await?;
    let is_draft = found.state == State::Draft;
    let left = freeze::left(&mut db, id).await?;
    let sample = if is_draft { freeze::sample(&mut db, id, SHOWN).await? } else { Vec::new() };
    let proposal = store::proposal(&mut db, id).await?;
    let (owner, ..) = store::owner(&mut db, found.created_by).await?;
    db.keep();
    html(&Show {
        home: home(id),
        title: found.label.clone(),
        kind: found.kind.clone(),
        badges: vec![found.state.badge()],
        state: found.state,
        effect: effect(&kinds, &found),
        planned: number(found.planned),
        left: left.into_iter().map(|(why, count)| (number(count), why)).collect(),
        is_part: found.planned > SHOWN,
        sample: sample.into_iter().map(|(id, label)| Link { href: format!("/admin/{}/{id}", found.list), label }).collect(),
        far: Far::of(&found),
        can_start: is_draft && found.planned > 0 && proposal.is_none() && found.created_by == admin.id() && !found.is_old,
        needs_second: found.needs_second,
        is_mine: found.created_by == admin.id(),
        is_old: found.is_old && is_draft,
        proposal: proposal.map(|id| format!("/admin/approvals/{id}")),
        whom: whom(&found),
        list_href: list_href(&found),
        reason: found.why.reason.clone().unwrap_or_default(),
        ticket: found.why.ticket.clone().unwrap_or_default(),
        owner,
        created: admin.time(found.created_at),
        started: admin.time_if(found.started_at),
        finished: admin.time_if(found.finished_at),
        stopped_why: found.stopped_why.clone().unwrap_or_default(),
        audit: format!("/admin/audit?kind=bulk_operation&target={id}"),
        caused: found.started_audit.map(|id| format!("/admin/audit/{id}")),
        admin,
    })
}

fn effect(kinds: &Kinds, found: &Operation) -> String {
    kinds.named(&found.kind).map_or_else(|| found.kind.clone(), |kind| format!("{} {}", kind.what.1, kind.effect))
}

fn list_href(found: &Operation) -> String {
    let filter = found.filter.as_deref().filter(|filter| !filter.is_empty()).map(|filter| format!("?{filter}"));
    format!("/admin/{}{}", found.list, filter.unwrap_or_default())
}

fn whom(found: &Operation) -> String {
    match found.filter.as_deref() {
        None => format!("{} ticked in the list", number(found.total)),
        Some("") => format!("all {}", number(found.total)),
        Some(_) => format!("all {} that matched the filter", number(found.total)),
    }
}

/// The part, as it is now. Asking for it does not keep a session alive.
pub async fn progress(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    html(&Far::of(&subject(&admin, id).await?))
}

impl Far {
    fn of(found: &Operation) -> Self {
        let stat = |label: &str, count: i64, tone, state: &str| Stat {
            label: label.into(),
            value: number(count),
            note: String::new(),
            tone: if count > 0 { tone } else { "" },
            href: format!("{}/rows?state={state}", home(found.id)),
        };
        let left_out = found.total - found.planned;
        Self {
            home: home(found.id),
            is_moving: found.state == State::Running,
            percent: found.percent(),
            words: format!("{} of {} rows are settled.", number(found.settled()), number(found.planned)),
            stats: vec![
                stat("Done", found.done, "ok", "done"),
                stat("Skipped", found.skipped, "warn", "skipped"),
                stat("Failed", found.failed, "bad", "failed"),
                stat("Left out from the start", left_out, "", "left"),
            ],
            has_failures: found.skipped + found.failed + left_out > 0,
        }
    }
}
