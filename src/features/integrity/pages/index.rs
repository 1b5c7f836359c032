//! All checks: what each found, when, and how that goes.
use super::{PATH, home, severity, tabs, words};
use crate::features::integrity::model::{Area, Check, Repair, Run, Severity, State};
use crate::features::integrity::store::list;
use crate::kernel::{Permission, Result};
use crate::web::parts::{Badge, Spark, Stat, Tab};
use crate::web::show::{Moment, number};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use std::collections::HashMap;
use uuid::Uuid;

/// Which checks are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shown {
    /// Those that found something.
    Found,
    /// Those whose newest look could not be done.
    Failed,
}

/// The filters of an address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    show: Option<Shown>,
    area: Option<Area>,
}

#[derive(Template)]
#[template(path = "integrity/index.html")]
struct Index {
    admin: Admin,
    tabs: Vec<Tab>,
    stats: Vec<Stat>,
    shown: Vec<Tab>,
    areas: Vec<Tab>,
    groups: Vec<Group>,
    /// Whether any check has ever looked.
    fresh: bool,
    /// One is looking: the page follows it.
    live: Option<String>,
    lacks: Option<String>,
    acts: bool,
}

struct Group {
    title: &'static str,
    rows: Vec<Row>,
}

struct Row {
    code: &'static str,
    href: String,
    title: &'static str,
    means: &'static str,
    severity: Badge,
    verdict: Badge,
    trend: Option<Spark>,
    last: Option<Moment>,
    took: String,
    next: Option<Moment>,
    looking: bool,
    error: String,
    repair: &'static str,
    wrong: i64,
    failed: bool,
    level: Severity,
}

/// The page; asked for as its live part, too.
pub async fn index(admin: Admin, Query(asked): Query<Asked>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let runs = list::newest(&mut db, Check::ALL).await?;
    let newest: Vec<Uuid> = runs.iter().filter(|run| run.state == State::Done).map(|run| run.id).collect();
    let mended = list::mended(&mut db, &newest).await?;
    let due = list::due(&mut db).await?;
    db.keep();
    let mut of: HashMap<Check, Vec<&Run>> = HashMap::new();
    for run in &runs {
        of.entry(run.check).or_default().push(run);
    }
    let row = |check: &Check| row(&admin, *check, of.get(check).map_or(&[], Vec::as_slice), &mended, due.get(&check.schedule()).copied());
    let rows: Vec<Row> = Check::ALL.iter().map(row).collect();
    let looking = rows.iter().any(|row| row.looking);
    html(&Index {
        tabs: tabs(PATH),
        stats: stats(&rows),
        shown: shown(&asked, &rows),
        areas: areas(&asked),
        fresh: runs.is_empty(),
        live: looking.then(|| admin.here().replacen(PATH, &format!("{PATH}/live"), 1).replace("/live/live", "/live")),
        groups: groups(rows, &asked),
        lacks: admin.lacks(Permission::IntegrityAct),
        acts: admin.may(Permission::IntegrityAct),
        admin,
    })
}

fn row(admin: &Admin, check: Check, runs: &[&Run], mended: &HashMap<Uuid, i64>, due: Option<jiff::Timestamp>) -> Row {
    let done = runs.iter().find(|run| run.state == State::Done).copied();
    let left = done.map_or(0, |run| run.found - mended.get(&run.id).copied().unwrap_or_default());
    let about = check.about();
    let failed = runs.iter().find(|run| run.finished_at.is_some()).filter(|run| run.state == State::Failed);
    Row {
        code: check.code(),
        href: home(check),
        title: check.label(),
        means: about.means,
        severity: severity(check),
        verdict: words::verdict(check, done, left),
        trend: words::trend(check, runs),
        last: admin.time_if(done.and_then(|run| run.finished_at)),
        took: done.map(words::took).unwrap_or_default(),
        next: admin.time_if(due),
        looking: runs.iter().any(|run| run.finished_at.is_none()),
        error: failed.and_then(|run| run.error.clone()).unwrap_or_default(),
        repair: match about.repair {
            Repair::Mend(_) if left > 0 => "repair",
            Repair::Remove(_) if left > 0 => "remove",
            _ => "",
        },
        wrong: left.max(0),
        failed: failed.is_some(),
        level: check.severity(),
    }
}

fn stats(rows: &[Row]) -> Vec<Stat> {
    let of = |level: Severity| rows.iter().filter(|row| row.level == level && row.wrong > 0).collect::<Vec<_>>();
    let mut stats: Vec<Stat> = Severity::ALL
        .iter()
        .map(|level| {
            let found = of(*level);
            let wrong: i64 = found.iter().map(|row| row.wrong).sum();
            let tone = if found.is_empty() { "ok" } else { level.tone() };
            let note = if found.is_empty() {
                "nothing found".to_owned()
            } else {
                format!("in {} check{}", found.len(), if found.len() == 1 { "" } else { "s" })
            };
            Stat { label: level.label().into(), value: number(wrong), note, tone, href: format!("{PATH}?show=found") }
        })
        .collect();
    let failed = rows.iter().filter(|row| row.failed).count();
    let tone = if failed > 0 { "bad" } else { "" };
    let (value, note) = (failed.to_string(), format!("of {} checks", rows.len()));
    stats.push(Stat { label: "Could not look".into(), value, note, tone, href: format!("{PATH}?show=failed") });
    stats
}

fn address(show: Option<Shown>, area: Option<Area>) -> String {
    let show = show.map(|show| if show == Shown::Found { "show=found".to_owned() } else { "show=failed".to_owned() });
    let set: Vec<String> = show.into_iter().chain(area.map(|area| format!("area={}", area.code()))).collect();
    if set.is_empty() { PATH.to_owned() } else { format!("{PATH}?{}", set.join("&")) }
}

fn shown(asked: &Asked, rows: &[Row]) -> Vec<Tab> {
    let tab = |show, label| Tab { href: address(show, asked.area), label, current: asked.show == show };
    let mut tabs = vec![tab(None, "All checks"), tab(Some(Shown::Found), "With findings")];
    if asked.show == Some(Shown::Failed) || rows.iter().any(|row| row.failed) {
        tabs.push(tab(Some(Shown::Failed), "Could not look"));
    }
    tabs
}

fn areas(asked: &Asked) -> Vec<Tab> {
    let tab = |area: Option<Area>, label| Tab { href: address(asked.show, area), label, current: asked.area == area };
    std::iter::once(tab(None, "Everything")).chain(Area::ALL.iter().map(|area| tab(Some(*area), area.label()))).collect()
}

fn groups(rows: Vec<Row>, asked: &Asked) -> Vec<Group> {
    let mut groups: Vec<Group> = Area::ALL.iter().map(|area| Group { title: area.label(), rows: Vec::new() }).collect();
    for row in rows {
        let Some(check) = Check::find(row.code) else { continue };
        let fits = match asked.show {
            None => true,
            Some(Shown::Found) => row.wrong > 0,
            Some(Shown::Failed) => row.failed,
        };
        if !fits || asked.area.is_some_and(|area| area != check.area()) {
            continue;
        }
        if let Some(group) = groups.iter_mut().find(|group| group.title == check.area().label()) {
            group.rows.push(row);
        }
    }
    groups.retain(|group| !group.rows.is_empty());
    groups
}
