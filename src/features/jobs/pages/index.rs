//! The queue: what is where, what runs, what comes, what died of what, and every job.
use super::PATH;
use super::rows::{self, Facts, Row};
use crate::features::jobs::filter::{Filter, STATES, Since, label};
use crate::features::jobs::store::{list, overview};
use crate::jobs::{self, ScheduleRow};
use crate::kernel::{Permission, Result};
use crate::web::bulk::Bar;
use crate::web::link::escape;
use crate::web::list::{Address, Chip, Pager};
use crate::web::parts::{Choice, Stat};
use crate::web::show::{Moment, number, short};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "jobs/index.html")]
struct Index {
    admin: Admin,
    acts: bool,
    query: String,
    stats: Vec<Stat>,
    queues: Vec<Queue>,
    running: Vec<Running>,
    coming: Vec<(String, String, Moment)>,
    troubles: Vec<Trouble>,
    schedules: Vec<Schedule>,
    export: Option<String>,
    bulk: Option<Bar>,
    total: String,
    states: Vec<Choice>,
    names: Vec<Choice>,
    sinces: Vec<Choice>,
    signature: String,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    pager: Pager,
}

/// A number with the list behind it.
type Linked = (String, String);

struct Queue {
    name: String,
    cells: Vec<Linked>,
}

struct Running {
    href: String,
    name: String,
    owner: String,
    attempt: i32,
    percent: Option<i32>,
    started: Option<Moment>,
    heartbeat: Option<Moment>,
}

struct Trouble {
    name: String,
    signature: String,
    href: String,
    cells: Vec<Linked>,
}

struct Schedule {
    name: String,
    cron: String,
    zone: String,
    last: Option<Moment>,
    next: Moment,
    paused: bool,
    last_job: String,
}

/// The page, and the same asked for by itself.
pub async fn index(admin: Admin, Query(filter): Query<Filter>) -> Result<Response> {
    let address = Address::of(&admin, PATH);
    let mut db = admin.reader().await?;
    let queues = overview::queues(&mut db).await?;
    let (running, coming) = (overview::running(&mut db).await?, overview::coming(&mut db).await?);
    let troubles = overview::troubles(&mut db).await?;
    let schedules = jobs::schedules(&mut *db).await?;
    let page = list::page(&mut db, &filter).await?;
    let total = admin.count(address.subject(), list::total(&mut db, &filter)).await?;
    db.keep();
    html(&Index {
        acts: admin.may(Permission::JobsAct),
        query: admin.here().split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default(),
        stats: stats(&queues),
        names: choices("Any job", queues.iter().map(|queue| (queue.name.as_str(), queue.name.as_str())), filter.name()),
        queues: queues.iter().map(queue).collect(),
        running: running.into_iter().map(|job| self::running(&admin, job)).collect(),
        coming: coming.into_iter().map(|job| (format!("{PATH}/{}", job.id), job.name, admin.time(job.run_at))).collect(),
        troubles: troubles.into_iter().map(trouble).collect(),
        schedules: schedules.into_iter().map(|one| schedule(&admin, one)).collect(),
        bulk: admin
            .may(Permission::BulkRun)
            .then(|| Bar::new("jobs", address.subject().split_once('?').map_or("", |(_, query)| query), total)),
        export: admin.may(Permission::ExportsAll).then(|| address.export("jobs")),
        total: total.words(),
        states: choices("Any state", STATES.iter().map(|(_, code, label)| (*code, *label)), filter.state.map(|state| label(state).0)),
        sinces: choices("Any time", Since::choices(), filter.since.map(Since::code)),
        signature: filter.signature().unwrap_or_default().to_owned(),
        chips: filter.words().into_iter().map(|(name, key, value)| Chip { name, value, remove: address.without(key) }).collect(),
        rows: page.rows.iter().map(|job| row(&admin, job)).collect(),
        pager: Pager::new(&page, &address, total, ("job", "jobs")),
        admin,
    })
}

fn row(admin: &Admin, job: &list::Row) -> Row {
    rows::row(
        admin,
        &Facts {
            id: job.id,
            name: &job.name,
            state: job.state,
            attempts: (job.attempt, job.forgiven, job.max_attempts),
            progress: job.progress,
            last_error: job.last_error.as_deref(),
            created_at: job.created_at.into(),
            run_at: job.run_at.into(),
        },
    )
}

fn stats(queues: &[overview::Queue]) -> Vec<Stat> {
    let stat = |label: &str, of: fn(&overview::Queue) -> i64, note: &str, query: &str| {
        let jobs: i64 = queues.iter().map(of).sum();
        let tone = if query == "state=dead" && jobs > 0 { "bad" } else { "" };
        Stat { label: label.into(), value: number(jobs), note: note.into(), tone, href: format!("{PATH}?{query}") }
    };
    vec![
        stat("Due", |queue| queue.due, "", "due=now"),
        stat("Planned", |queue| queue.planned, "", "due=later"),
        stat("Running", |queue| queue.running, "", "state=running"),
        stat("Dead", |queue| queue.dead, "", "state=dead"),
        stat("Done", |queue| queue.done, "in 24 hours", "state=done&since=24h"),
    ]
}

fn queue(found: &overview::Queue) -> Queue {
    let name = escape(&found.name);
    let cell = |count: i64, query: &str| (number(count), format!("{PATH}?name={name}&{query}"));
    Queue {
        name: found.name.clone(),
        cells: vec![
            cell(found.due, "due=now"),
            cell(found.planned, "due=later"),
            cell(found.running, "state=running"),
            cell(found.dead, "state=dead"),
            cell(found.done, "state=done&since=24h"),
        ],
    }
}

fn running(admin: &Admin, job: overview::Running) -> Running {
    Running {
        href: format!("{PATH}/{}", job.id),
        name: job.name,
        // The server's own name; what follows tells its workers apart.
        owner: job.owner.split('/').take(2).collect::<Vec<_>>().join(" "),
        attempt: job.attempt,
        percent: job.progress,
        started: admin.time_if(job.started_at.map(Into::into)),
        heartbeat: admin.time_if(job.heartbeat.map(Into::into)),
    }
}

fn trouble(found: overview::Trouble) -> Trouble {
    let base = format!("{PATH}?state=dead&name={}&signature={}", escape(&found.name), escape(&found.signature));
    let cell = |count: i64, since: &str| (number(count), format!("{base}{since}"));
    Trouble {
        cells: vec![cell(found.hour, "&since=1h"), cell(found.day, "&since=24h"), cell(found.week, "&since=7d"), cell(found.ever, "")],
        href: base.clone(),
        signature: if found.signature.is_empty() { "without a message".into() } else { short(&found.signature, 200) },
        name: found.name,
    }
}

fn schedule(admin: &Admin, found: ScheduleRow) -> Schedule {
    Schedule {
        last_job: format!("{PATH}?name={}", escape(&found.name)),
        last: admin.time_if(found.last_at),
        next: admin.time(found.next_at),
        name: found.name,
        cron: found.cron,
        zone: found.time_zone,
        paused: found.paused,
    }
}

fn choices<'a>(any: &str, all: impl Iterator<Item = (&'a str, &'a str)>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |(value, label): (&str, &str)| Choice { value: value.into(), label: label.into(), selected: chosen == Some(value) };
    let none = Choice { value: String::new(), label: any.into(), selected: chosen.is_none() };
    std::iter::once(none).chain(all.map(choice)).collect()
}
