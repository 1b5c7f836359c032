//! The proof on request: a range of the log rebuilt, hashed, and held against the seals and the anchor.
use crate::features::audit::store;
use crate::features::audit::words::hex;
use crate::kernel::audit::{Place, Range, Report, last_seal, unsealed, verify as prove};
use crate::kernel::{Error, Result};
use crate::web::list::{day_begins, day_ends};
use crate::web::parts::{Badge, Errors, Field};
use crate::web::show::{Moment, number};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "audit/verify.html")]
struct Verify {
    admin: Admin,
    errors: Errors,
    result: Option<Verdict>,
    from: Field,
    to: Field,
    seals: Vec<SealRow>,
    last: Option<LastSeal>,
}

struct Verdict {
    tone: &'static str,
    icon: &'static str,
    title: String,
    text: String,
    href: String,
    link: String,
}

struct SealRow {
    number: String,
    at: Moment,
    entries: String,
    root: String,
    state: Badge,
}

struct LastSeal {
    number: String,
    at: Moment,
    waiting: String,
    key: String,
    hash: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Days {
    from: Option<Date>,
    to: Option<Date>,
}

/// The last seal, the newest ones, and the verdict over the days asked for.
pub async fn verify(admin: Admin, Query(days): Query<Days>) -> Result<Response> {
    let report = match (days.from, days.to) {
        (None, None) => None,
        (from, to) => Some(proof(&admin, from, to).await),
    };
    let (result, errors) = match report {
        None => (None, Errors::new()),
        Some(Ok(report)) => (Some(verdict(&report)), Errors::new()),
        Some(Err(Error::Invalid(invalid))) => (None, invalid.fields),
        Some(Err(error)) => return Err(error),
    };
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    let seals = store::newest_seals(&mut *admin.reader().await?).await?;
    html(&Verify {
        last: last(&admin, seals.first()).await?,
        errors,
        result,
        from: Field::new("date", "from", "From").value(day(days.from).as_deref()),
        to: Field::new("date", "to", "To").value(day(days.to).as_deref()),
        seals: seals.into_iter().map(|seal| seal_row(&admin, seal)).collect(),
        admin,
    })
}

async fn proof(admin: &Admin, from: Option<Date>, to: Option<Date>) -> Result<Report> {
    let from = from.or(to).and_then(|day| day_begins(day, admin.zone())).ok_or_else(|| Error::field("from", "Choose a day."))?;
    let to =
        to.map_or(Some(admin.site().clock.now()), |day| day_ends(day, admin.zone())).ok_or_else(|| Error::field("to", "Choose a day."))?;
    if to <= from {
        return Err(Error::field("to", "The last day comes before the first."));
    }
    let proof = &admin.site().proof;
    Ok(prove(admin.read(), &proof.keys, proof.anchor.as_deref(), Range::Times { from, to }).await?)
}

fn verdict(report: &Report) -> Verdict {
    let checked = format!("{} entries and {} seals rebuilt and checked in {:.1} s.", report.rows, report.seals, report.took.as_secs_f64());
    match &report.problem {
        None => {
            Verdict { tone: "ok", icon: "shield-check", title: "Intact.".into(), text: checked, href: String::new(), link: String::new() }
        }
        Some(problem) => {
            let href = match problem.place {
                Place::Row { id, .. } => format!("/admin/audit/{id}"),
                Place::Gone { .. } | Place::Seal(_) => String::new(),
            };
            Verdict {
                tone: "bad",
                icon: "alert-triangle",
                title: format!("Not intact: {}", problem.place),
                text: format!("{} {checked}", problem.sentence),
                href,
                link: "Open this entry".into(),
            }
        }
    }
}

fn seal_row(admin: &Admin, seal: store::Sealed) -> SealRow {
    SealRow {
        number: number(seal.seal_no),
        at: admin.time(seal.sealed_at),
        entries: number(seal.rows.into()),
        root: hex(&seal.root)[..16].to_owned(),
        state: Badge::new("ok", "Signed").because(format!("with the key {}", seal.key_id)),
    }
}

async fn last(admin: &Admin, newest: Option<&store::Sealed>) -> Result<Option<LastSeal>> {
    let waiting = unsealed(admin.read()).await?;
    let seal = last_seal(admin.read()).await?;
    Ok(newest.zip(seal).map(|(newest, seal)| LastSeal {
        number: number(newest.seal_no),
        at: admin.time(newest.sealed_at),
        waiting: number(waiting.rows),
        key: newest.key_id.clone(),
        hash: hex(&seal.seal.0),
    }))
}
