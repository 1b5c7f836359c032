//! What can be tidied up, how much room it takes, and what was removed before; asking before something is.
use super::{PATH, tabs, why};
use crate::features::integrity::actions::{CleanFields, RemoveOld};
use crate::features::integrity::model::cleanup::{BY_THEMSELVES, Sweep, Tidied};
use crate::features::integrity::store::cleanup::{self, SHOWN, Size};
use crate::kernel::{Error, Permission, Result};
use crate::web::ask::Ask;
use crate::web::parts::{Link, Tab};
use crate::web::show::{Moment, number};
use crate::web::{Admin, Flash, Form, Path, html, see_other};
use askama::Template;
use axum::response::Response;
use jiff::Timestamp;
use std::ops::ControlFlow::{Break, Continue};

const HERE: &str = "/admin/data/cleanup";

#[derive(Template)]
#[template(path = "integrity/cleanup.html")]
struct Show {
    admin: Admin,
    tabs: Vec<Tab>,
    sweeps: Vec<Row>,
    others: Vec<Other>,
    past: Vec<Past>,
    acts: bool,
    lacks: Option<String>,
    live: bool,
}

struct Row {
    href: String,
    title: &'static str,
    about: &'static str,
    days: String,
    setting: String,
    rows: String,
    size: String,
    due: String,
    button: String,
    percent: Option<i64>,
}

struct Other {
    title: &'static str,
    keeps: &'static str,
    by: &'static str,
    rows: String,
    size: String,
}

struct Past {
    at: Moment,
    title: &'static str,
    by: String,
    removed: String,
    before: String,
    after: String,
    open: bool,
}

/// The page; asked for as its live part, too.
pub async fn show(admin: Admin) -> Result<Response> {
    let live = admin.site().live.now();
    let days: Vec<i64> = Sweep::ALL.iter().map(|sweep| live.settings.get(sweep.days())).collect();
    let mut db = admin.reader().await?;
    let tables = Sweep::ALL.iter().map(|sweep| sweep.table()).chain(BY_THEMSELVES.iter().map(|(table, ..)| *table));
    let sizes = cleanup::sizes(&mut db, &tables.map(str::to_owned).collect::<Vec<_>>()).await?;
    let past = cleanup::newest(&mut db, 30).await?;
    let mut sweeps = Vec::new();
    for (sweep, days) in Sweep::ALL.iter().zip(days) {
        let cutoff = cleanup::cutoff(&mut db, days).await?;
        let due = cleanup::due(&mut db, *sweep, cutoff, SHOWN + 1).await?;
        let size = sizes.get(sweep.table()).copied().unwrap_or_default();
        sweeps.push(row(*sweep, days, size, (due, past.iter().find(|tidied| tidied.sweep == *sweep && tidied.finished_at.is_none()))));
    }
    db.keep();
    html(&Show {
        tabs: tabs(HERE),
        sweeps,
        others: BY_THEMSELVES.iter().map(|about| other(*about, sizes.get(about.0).copied().unwrap_or_default())).collect(),
        live: past.iter().any(|tidied| tidied.finished_at.is_none()),
        past: past.iter().map(|tidied| done(&admin, tidied)).collect(),
        acts: admin.may(Permission::IntegrityAct),
        lacks: admin.lacks(Permission::IntegrityAct),
        admin,
    })
}

fn row(sweep: Sweep, days: i64, size: Size, (due, open): (i64, Option<&Tidied>)) -> Row {
    let (one, many) = sweep.nouns();
    let count = if due > SHOWN && sweep != Sweep::TrainingLogs { format!("more than {}", number(SHOWN)) } else { number(due) };
    let button = format!("Remove {count} {}…", if due == 1 { one } else { many });
    Row {
        href: format!("{HERE}/{}", sweep.code()),
        title: sweep.label(),
        about: sweep.about(),
        days: format!("{} days", number(days)),
        setting: format!("/admin/config/{}", sweep.days().name()),
        rows: number(size.rows),
        size: bytes(size.bytes),
        button: if due > 0 && open.is_none() { button } else { String::new() },
        due: count,
        percent: open.map(|run| (run.removed * 100 / run.due.max(1)).clamp(0, 100)),
    }
}

fn other((_, title, keeps, by): (&str, &'static str, &'static str, &'static str), size: Size) -> Other {
    Other { title, keeps, by, rows: number(size.rows), size: bytes(size.bytes) }
}

fn done(admin: &Admin, tidied: &Tidied) -> Past {
    Past {
        at: admin.time(tidied.asked_at),
        title: tidied.sweep.label(),
        by: tidied.asked_by.clone().unwrap_or_else(|| "By itself".into()),
        removed: number(tidied.removed),
        before: bytes(tidied.bytes_before),
        after: tidied.bytes_after.map(bytes).unwrap_or_default(),
        open: tidied.finished_at.is_none(),
    }
}

/// `12 kB`, `3.4 MB`, `1.2 GB`.
fn bytes(bytes: i64) -> String {
    match bytes {
        1_000_000_000.. => format!("{}.{} GB", number(bytes / 1_000_000_000), bytes % 1_000_000_000 / 100_000_000),
        1_000_000.. => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
        _ => format!("{} kB", bytes / 1_000),
    }
}

fn subject(code: &str) -> Result<Sweep> {
    Sweep::find(code).ok_or_else(|| Error::NotFound("There is nothing of this kind to tidy up.".into()))
}

/// Up to when it may be removed by now.
async fn latest(admin: &Admin, sweep: Sweep) -> Result<Timestamp> {
    let days = admin.site().live.now().settings.get(sweep.days());
    let mut db = admin.reader().await?;
    let latest = cleanup::cutoff(&mut db, days).await?;
    db.keep();
    Ok(latest)
}

fn question(admin: Admin, sweep: Sweep, fields: &CleanFields) -> Ask {
    let link = |href: &str, label: &str| Link { href: href.into(), label: label.into() };
    let crumbs = vec![link("/admin", "Home"), link(PATH, "Integrity"), link(HERE, "Tidying up")];
    Ask::new(admin, sweep.label(), "Remove them")
        .under(crumbs, sweep.label())
        .lead(sweep.about())
        .hidden("cutoff", fields.cutoff.as_str())
        .by_name()
        .danger()
        .fields(why(fields.reason.as_deref(), fields.ticket.as_deref()))
}

/// The question.
pub async fn ask(admin: Admin, Path(code): Path<String>) -> Result<Response> {
    let sweep = subject(&code)?;
    let fields = CleanFields { cutoff: latest(&admin, sweep).await?.to_string(), ..CleanFields::default() };
    html(&question(admin, sweep, &fields))
}

/// Shows how much goes, then has it removed.
pub async fn submit(admin: Admin, Path(code): Path<String>, form: Form<CleanFields>) -> Result<Response> {
    let sweep = subject(&code)?;
    let latest = latest(&admin, sweep).await?;
    let submitted = admin.submit::<RemoveOld, _>(&form, form.fields.parse(sweep, latest)).await?;
    match question(admin.clone(), sweep, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            let sentence = format!("{} {} are being removed.", number(performed.output), sweep.nouns().1);
            admin.tell(Flash::ok(sentence).audit(performed.audit_id)).await?;
            Ok(see_other(HERE))
        }
    }
}
