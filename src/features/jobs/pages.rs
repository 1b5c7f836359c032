//! What can be seen of the queue.
use super::actions::{CancelFields, NoFields, RetryJob};
use super::store;
use crate::jobs::{self, Filter, JobRow, State, Trouble};
use crate::kernel::page::{self, SIZE};
use crate::kernel::{Error, Permission, Result};
use crate::web::ask::Ask;
use crate::web::list::{Address, Chip};
use crate::web::parts::{Badge, Choice, Field, Link, Stat};
use crate::web::show::{Moment, number, short};
use crate::web::{Admin, Flash, Form, Path, Query, Submitted, html, see_other};
use askama::Template;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

const PATH: &str = "/admin/jobs";
const STATES: [(State, &str, &str); 5] = [
    (State::Waiting, "waiting", "Waiting"),
    (State::Running, "running", "Running"),
    (State::Dead, "dead", "Dead"),
    (State::Done, "done", "Done"),
    (State::Cancelled, "cancelled", "Cancelled"),
];

/// The filters of an address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    state: Option<State>,
    name: Option<String>,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "jobs/index.html")]
struct Index {
    admin: Admin,
    stats: Vec<Stat>,
    states: Vec<Choice>,
    names: Vec<Choice>,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    newest: Option<String>,
    next: Option<String>,
    troubles: Vec<Trouble>,
}

#[derive(Template)]
#[template(path = "jobs/show.html")]
struct Show {
    admin: Admin,
    job: Row,
    payload: String,
    due: Moment,
    cause: String,
}

struct Row {
    id: Uuid,
    href: String,
    name: String,
    error: String,
    percent: Option<i32>,
    state: Badge,
    attempts: String,
    at: Moment,
    failed: bool,
    retry: bool,
    cancel: bool,
}

fn label(state: State) -> (&'static str, &'static str) {
    STATES.iter().find(|(known, _, _)| *known == state).map_or(("", ""), |(_, code, label)| (*code, *label))
}

fn row(admin: &Admin, job: &JobRow) -> Row {
    let acts = admin.may(Permission::JobsAct);
    let tone = match job.state {
        State::Done => "ok",
        State::Dead => "bad",
        State::Running => "info",
        State::Waiting if job.last_error.is_some() => "warn",
        State::Waiting | State::Cancelled => "",
    };
    Row {
        id: job.id,
        href: format!("{PATH}/{}", job.id),
        name: job.name.clone(),
        error: job.last_error.as_deref().map(|error| short(error, 300)).unwrap_or_default(),
        percent: job.progress,
        state: Badge::new(tone, label(job.state).1),
        attempts: format!("{} of {}", job.attempt - job.forgiven, job.max_attempts),
        at: admin.time(job.created_at),
        failed: job.state == State::Dead,
        retry: acts && job.state == State::Dead,
        cancel: acts && job.state == State::Waiting,
    }
}

/// The queue, newest first.
pub async fn index(admin: Admin, Query(asked): Query<Asked>) -> Result<Response> {
    let after: Option<(Timestamp, Uuid)> = asked.after.as_deref().and_then(page::decode);
    let limit = i64::try_from(SIZE + 1).unwrap_or(i64::MAX);
    let filter = Filter { state: asked.state, name: asked.name.clone(), before: after, limit };
    let mut found = jobs::list(admin.read(), &filter).await?;
    let more = found.len() > SIZE;
    found.truncate(SIZE);
    let address = Address::of(&admin, PATH);
    let next = found.last().filter(|_| more).map(|job| address.page("after", &page::encode(&(job.created_at, job.id))));
    let counts = jobs::counts(admin.read()).await?;
    let mut names: Vec<&str> = counts.iter().map(|count| count.name.as_str()).collect();
    names.dedup();
    html(&Index {
        stats: stats(&counts),
        states: choices("Any state", STATES.iter().map(|(_, code, label)| (*code, *label)), asked.state.map(|state| label(state).0)),
        names: choices("Any job", names.into_iter().map(|name| (name, name)), asked.name.as_deref()),
        chips: chips(&asked, &address),
        rows: found.iter().map(|job| row(&admin, job)).collect(),
        newest: after.map(|_| address.without("after")),
        next,
        troubles: jobs::troubles(admin.read()).await?,
        admin,
    })
}

fn stats(counts: &[jobs::Count]) -> Vec<Stat> {
    let stat = |(state, code, label): &(State, &str, &str)| {
        let jobs: i64 = counts.iter().filter(|count| count.state == *state).map(|count| count.jobs).sum();
        let note = if matches!(state, State::Done | State::Cancelled) { "in 24 hours" } else { "" };
        let tone = if *state == State::Dead && jobs > 0 { "bad" } else { "" };
        Stat { label: (*label).into(), value: number(jobs), note: note.into(), tone, href: format!("{PATH}?state={code}") }
    };
    STATES[..4].iter().map(stat).collect()
}

fn choices<'a>(any: &str, all: impl Iterator<Item = (&'a str, &'a str)>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |(value, label): (&str, &str)| Choice { value: value.into(), label: label.into(), selected: chosen == Some(value) };
    let none = Choice { value: String::new(), label: any.into(), selected: chosen.is_none() };
    std::iter::once(none).chain(all.map(choice)).collect()
}

fn chips(asked: &Asked, address: &Address) -> Vec<Chip> {
    let set = [("State", "state", asked.state.map(|state| label(state).1.to_owned())), ("Job", "name", asked.name.clone())];
    set.into_iter().filter_map(|(name, key, value)| value.map(|value| Chip { name, value, remove: address.without(key) })).collect()
}

/// One job.
pub async fn show(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let job = store::find(admin.read(), id).await?;
    html(&Show {
        payload: serde_json::to_string_pretty(&job.payload)?,
        due: admin.time(job.run_at),
        cause: job.cause.map(|cause| format!("/admin/audit/{cause}")).unwrap_or_default(),
        job: row(&admin, &job),
        admin,
    })
}

/// Tries a dead job again.
pub async fn retry(admin: Admin, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    match admin.submit(&form, Ok(RetryJob { id })).await? {
        Submitted::Done(performed) => {
            admin.tell(Flash::ok(format!("{} is back in the queue.", performed.output)).audit(performed.audit_id)).await?;
            Ok(see_other(&format!("{PATH}/{id}")))
        }
        _ => Err(Error::internal("a retry is not rehearsed")),
    }
}

fn question(admin: Admin, job: &JobRow, fields: &CancelFields) -> Ask {
    let above = vec![Link { href: "/admin".into(), label: "Home".into() }, Link { href: PATH.into(), label: "Jobs".into() }];
    Ask::new(admin, format!("Cancel {}", job.name), format!("Cancel {}", job.name))
        .under(above, "Cancel")
        .lead("It leaves the queue, and what it should do does not happen.")
        .fields(vec![Field::new("area", "reason", "Reason").hint("For your colleagues and the record.").value(fields.reason.as_deref())])
        .danger()
        .rehearsed()
}

/// Asks before a job is cancelled.
pub async fn ask_cancel(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let job = store::find(admin.read(), id).await?;
    html(&question(admin, &job, &CancelFields::default()))
}

/// Shows the effect, then cancels it.
pub async fn cancel(admin: Admin, Path(id): Path<Uuid>, form: Form<CancelFields>) -> Result<Response> {
    let submitted = admin.submit(&form, form.fields.parse(id)).await?;
    let job = store::find(admin.read(), id).await?;
    match question(admin.clone(), &job, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            admin.tell(Flash::ok(format!("{} is cancelled.", performed.output)).audit(performed.audit_id)).await?;
            Ok(see_other(PATH))
        }
    }
}
