//! One export: how far it is, its numbers, and its file.
use super::{Offered, PATH, subject, words};
use crate::features::exports::model::{Export, State};
use crate::features::exports::store::list;
use crate::kernel::{Permission, Result};
use crate::live::settings::keys;
use crate::web::dataset::Words;
use crate::web::pairs::Pairs;
use crate::web::parts::{Badge, Person, Stat};
use crate::web::show::{Moment, number};
use crate::web::{Admin, Path, html};
use askama::Template;
use axum::Extension;
use axum::response::Response;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "exports/show.html")]
struct Show {
    admin: Admin,
    home: String,
    title: String,
    id: String,
    badges: Vec<Badge>,
    open: bool,
    now: Option<Now>,
    stats: Vec<Stat>,
    file: Option<FileFacts>,
    error: String,
    filter: Words,
    of: String,
    columns: String,
    format: String,
    by: Person,
    reason: String,
    ticket: String,
    asked: Moment,
    snapshot: Option<Moment>,
    zone: String,
    /// Only who asked may take it along.
    mine: bool,
    cancels: bool,
    again: String,
    audit: String,
    /// It came by the clock.
    scheduled: bool,
}

/// How far it is.
struct Now {
    percent: Option<i64>,
    label: String,
    pace: String,
}

struct FileFacts {
    name: String,
    sha256: String,
    there: bool,
    expires: Option<Moment>,
}

/// The page, and what of it is looked at again while the export is on its way.
pub async fn show(admin: Admin, Extension(offered): Extension<Offered>, Path(id): Path<Uuid>) -> Result<Response> {
    let export = subject(&admin, id).await?;
    let mut db = admin.reader().await?;
    let (name, email) = list::owner(&mut db, export.owner).await?;
    db.keep();
    html(&view(admin, &offered, &export, Person::admin(export.owner, &name, &email)))
}

fn view(admin: Admin, offered: &Offered, export: &Export, by: Person) -> Show {
    let order = &export.order;
    let dataset = offered.find(&order.dataset).ok();
    let filter = Pairs::parse(order.filter.as_bytes()).unwrap_or_default();
    let all = dataset.is_some_and(|dataset| dataset.columns.len() == order.columns.len());
    let mine = export.owner == admin.id();
    Show {
        home: format!("{PATH}/{}", export.id),
        title: order.label.clone(),
        id: export.id.to_string(),
        badges: vec![export.badge()],
        open: export.is_open(),
        now: export.is_open().then(|| now(export)),
        stats: stats(export),
        file: file(&admin, export),
        error: export.error.clone().unwrap_or_default(),
        filter: dataset.and_then(|dataset| (dataset.words)(&filter).ok()).unwrap_or_default(),
        of: dataset.map_or_else(|| order.dataset.clone(), |dataset| dataset.label.to_owned()),
        columns: if all { "all".to_owned() } else { order.columns.join(", ") },
        format: words::format(order.format, order.gzip),
        reason: order.why.reason.clone().unwrap_or_default(),
        ticket: order.why.ticket.clone().unwrap_or_default(),
        asked: admin.time(export.created_at),
        snapshot: admin.time_if(export.progress.snapshot_at),
        zone: order.time_zone.clone(),
        cancels: export.is_open() && (mine || admin.may(Permission::ExportsAll)),
        again: format!("{PATH}/new?dataset={}&filter={}", order.dataset, crate::web::link::escape(&order.filter)),
        audit: format!("/admin/audit?kind=export&target={}", export.id),
        scheduled: export.schedule.is_some(),
        mine,
        by,
        admin,
    }
}

fn now(export: &Export) -> Now {
    let progress = &export.progress;
    let label = match (export.state, progress.rows_expected) {
        (State::Waiting, _) => "Waits for its turn".to_owned(),
        (_, None) => "Counting".to_owned(),
        (_, Some(expected)) if progress.rows >= expected => "Written; being put in its place".to_owned(),
        (_, Some(expected)) => format!("{} of {} rows", number(progress.rows), number(expected)),
    };
    let size = (progress.bytes > 0).then(|| words::size(progress.bytes));
    let pace = [size, words::rate(progress), words::left(progress)].into_iter().flatten().collect::<Vec<_>>();
    Now { percent: progress.percent(), label, pace: pace.join(" · ") }
}

fn stats(export: &Export) -> Vec<Stat> {
    let stat = |label: &str, value: String| Stat { label: label.to_owned(), value, ..Stat::default() };
    let Some(file) = &export.file else { return Vec::new() };
    let took = export.progress.started_at.zip(export.finished_at).map(|(from, to)| to.duration_since(from));
    vec![
        stat("Rows", number(file.rows)),
        stat("Size", words::size(file.bytes)),
        stat("Made in", took.map(words::took).unwrap_or_default()),
        stat("Downloads", number(i64::from(export.downloads))),
    ]
}

fn file(admin: &Admin, export: &Export) -> Option<FileFacts> {
    let file = export.file.as_ref()?;
    let hours = admin.site().live.now().settings.get(keys::EXPORT_RETENTION_HOURS);
    let there = export.state == State::Ready;
    Some(FileFacts { name: file.name.clone(), sha256: file.sha256.clone(), there, expires: admin.time_if(export.expires_at(hours)) })
}
