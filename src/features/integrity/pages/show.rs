//! One check: what it means, what it found, and how that went.
use super::{PATH, finding, home, severity, subject, words};
use crate::features::integrity::model::{Check, MOST, Repair, Run, State};
use crate::features::integrity::store::list;
use crate::kernel::{Permission, Result, page};
use crate::web::parts::{Badge, Spark};
use crate::web::show::{Moment, number};
use crate::web::{Admin, Path, Query, html};
use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use std::collections::HashSet;
use uuid::Uuid;

/// Which page of findings.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "integrity/show.html")]
struct Show {
    admin: Admin,
    code: &'static str,
    title: &'static str,
    badges: Vec<Badge>,
    means: &'static str,
    matters: &'static str,
    todo: &'static str,
    comes: String,
    next: Option<Moment>,
    looking: Option<Look>,
    failed: String,
    findings: Vec<finding::Row>,
    summary: String,
    /// Whether a look was ever done, and whether it found something.
    looked: bool,
    found: bool,
    first: Option<String>,
    more: Option<String>,
    looks: Vec<Look>,
    trend: Option<Spark>,
    repair: Option<Button>,
    acts: bool,
    lacks: Option<String>,
    live: Option<String>,
    audit: String,
}

/// A look, as a table shows it.
struct Look {
    state: Badge,
    at: Moment,
    by: String,
    looked: String,
    found: String,
    took: String,
    error: String,
}

/// How what was found is put right.
struct Button {
    href: String,
    label: &'static str,
    removes: bool,
}

/// The page; asked for as its live part, too.
pub async fn show(admin: Admin, Path(code): Path<String>, Query(asked): Query<Asked>) -> Result<Response> {
    let check = subject(&code)?;
    let after: i32 = asked.after.as_deref().and_then(page::decode).unwrap_or_default();
    let mut db = admin.reader().await?;
    let runs = list::newest(&mut db, &[check]).await?;
    let done = runs.iter().find(|run| run.state == State::Done);
    let (mut findings, mut left) = (Vec::new(), 0);
    if let Some(run) = done {
        findings = list::findings(&mut db, run.id, after).await?;
        left = run.found - list::mended(&mut db, &[run.id]).await?.get(&run.id).copied().unwrap_or_default();
    }
    let users: HashSet<Uuid> = findings.iter().filter_map(|finding| finding.subject).collect();
    let there = list::who_exists(&mut db, &users.into_iter().collect::<Vec<_>>()).await?;
    let next = list::due(&mut db).await?.get(&check.schedule()).copied();
    db.keep();
    let size = usize::try_from(list::PAGE).unwrap_or(usize::MAX);
    let more = (findings.len() > size).then(|| findings.get(size - 1).map(|last| last.no)).flatten();
    findings.truncate(size);
    let rows = findings.iter().map(|finding| finding::row(&admin, check, finding, &there)).collect();
    let address = |no: i32| format!("{}?after={}", home(check), page::encode(&no));
    let view = view(admin, check, &runs, left);
    html(&Show { findings: rows, next: view.admin.time_if(next), first: (after > 0).then(|| home(check)), more: more.map(address), ..view })
}

fn view(admin: Admin, check: Check, runs: &[Run], left: i64) -> Show {
    let about = check.about();
    let done = runs.iter().find(|run| run.state == State::Done);
    let open = runs.iter().find(|run| run.finished_at.is_none());
    let failed = runs.iter().find(|run| run.finished_at.is_some()).filter(|run| run.state == State::Failed);
    let acts = admin.may(Permission::IntegrityAct);
    Show {
        code: check.code(),
        title: check.label(),
        badges: vec![words::verdict(check, done, left), severity(check)],
        means: about.means,
        matters: about.matters,
        todo: about.todo,
        comes: words::rhythm(check).to_owned(),
        next: None,
        looking: open.map(|run| look(&admin, run)),
        failed: failed.and_then(|run| run.error.clone()).unwrap_or_default(),
        findings: Vec::new(),
        summary: summary(done, left),
        looked: done.is_some(),
        found: done.is_some_and(|run| run.found > 0),
        first: None,
        more: None,
        looks: runs.iter().map(|run| look(&admin, run)).collect(),
        trend: words::trend(check, &runs.iter().collect::<Vec<_>>()),
        repair: button(check).filter(|_| acts && left > 0 && open.is_none()),
        acts,
        lacks: admin.lacks(Permission::IntegrityAct),
        live: open.map(|_| format!("{PATH}/{}/live", check.code())),
        audit: format!("/admin/audit?kind=integrity_check&target={}", check.code()),
        admin,
    }
}

fn summary(done: Option<&Run>, left: i64) -> String {
    match done {
        None => String::new(),
        Some(run) if run.found > MOST => format!("{} found, the first {} are kept", number(run.found), number(MOST)),
        Some(run) if left < run.found => format!("{} found, {} left", number(run.found), number(left.max(0))),
        Some(run) => format!("{} found", number(run.found)),
    }
}

fn button(check: Check) -> Option<Button> {
    match check.about().repair {
        Repair::ByHand => None,
        Repair::Mend(label) => Some(Button { href: format!("{}/repair", home(check)), label, removes: false }),
        Repair::Remove(label) => Some(Button { href: format!("{}/remove", home(check)), label, removes: true }),
    }
}

fn look(admin: &Admin, run: &Run) -> Look {
    Look {
        state: words::state(run),
        at: admin.time(run.asked_at),
        by: run.asked_by.clone().unwrap_or_else(|| "By itself".into()),
        looked: number(run.looked),
        found: number(run.found),
        took: words::took(run),
        error: run.error.clone().unwrap_or_default(),
    }
}
