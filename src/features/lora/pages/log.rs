//! The log of a training: read in pages by its line numbers, searched, followed and downloaded.
use super::{PATH, crumbs};
use crate::features::lora::filter::LogPart;
use crate::features::lora::model::{Attempt, Model};
use crate::features::lora::store::log::{self, Line, PAGE, PAGE_LINES};
use crate::features::lora::store::{self, attempts};
use crate::kernel::{Error, Result};
use crate::web::link::escape;
use crate::web::parts::{Badge, Link, Tab};
use crate::web::show::Moment;
use crate::web::{Admin, Path, Query, html};
use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::fmt::Write;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "lora/log.html")]
struct Log {
    admin: Admin,
    home: String,
    crumbs: Vec<Link>,
    attempt: i32,
    state: Badge,
    tabs: Vec<Tab>,
    q: String,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    last: Option<String>,
    /// Where new lines are asked for; empty when none come any more.
    follow: String,
    summary: String,
}

#[derive(Template)]
#[template(path = "lora/log_more.html")]
struct More {
    rows: Vec<Row>,
    follow: String,
}

struct Row {
    number: i32,
    at: Moment,
    level: String,
    message: String,
}

fn rows(admin: &Admin, lines: &[Line]) -> Vec<Row> {
    let row = |line: &Line| Row { number: line.number, at: admin.time(line.at), level: line.level.clone(), message: line.message.clone() };
    lines.iter().map(row).collect()
}

/// A model's attempt: the one that is asked for, or the last.
fn chosen(all: Vec<Attempt>, number: Option<i32>) -> Result<Attempt> {
    let found = all.into_iter().find(|attempt| number.is_none_or(|number| attempt.number == number));
    found.ok_or_else(|| Error::NotFound("There is no such attempt of this model.".into()))
}

/// The page.
pub async fn log(admin: Admin, Path(id): Path<Uuid>, Query(asked): Query<LogPart>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let model = store::find(&mut db, id).await?;
    let all = attempts::of(&mut db, id).await?;
    let numbers: Vec<_> = all.iter().map(|attempt| attempt.number).collect();
    let attempt = chosen(all, asked.attempt)?;
    let lines = log::after(&mut db, attempt.id, asked.start(), asked.search(), PAGE + 1).await?;
    let end = log::last(&mut db, attempt.id).await?;
    db.keep();
    html(&view(admin, &model, &Part { attempt, lines, end, asked, numbers }))
}

/// What was asked for, and what there is.
struct Part {
    attempt: Attempt,
    lines: Vec<Line>,
    /// The number of the last line.
    end: i32,
    asked: LogPart,
    numbers: Vec<i32>,
}

fn view(admin: Admin, model: &Model, part: &Part) -> Log {
    let size = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let (shown, more) = part.lines.split_at(part.lines.len().min(size));
    let number = part.attempt.number;
    let home = format!("{PATH}/{}/log", model.id);
    let search = part.asked.search().map(|text| format!("&q={}", escape(text))).unwrap_or_default();
    let at = |after: i32| format!("{home}?attempt={number}&after={after}{search}");
    let last = shown.last().map_or(part.asked.start(), |line| line.number);
    let follows = more.is_empty() && search.is_empty() && !part.attempt.progress.is_final();
    Log {
        crumbs: crumbs(model),
        attempt: number,
        state: part.attempt.progress.badge(),
        tabs: tabs(&home, &part.numbers, number),
        q: part.asked.search().unwrap_or_default().to_owned(),
        rows: rows(&admin, shown),
        first: (part.asked.start() > 0).then(|| at(0)),
        next: (!more.is_empty()).then(|| at(last)),
        last: (!more.is_empty() && search.is_empty()).then(|| at((part.end - PAGE_LINES).max(0))),
        follow: if follows { format!("{home}/more?attempt={number}&after={last}") } else { String::new() },
        summary: summary(shown, part),
        home,
        admin,
    }
}

fn summary(shown: &[Line], part: &Part) -> String {
    match (shown.first(), shown.last(), part.asked.search()) {
        (Some(first), Some(last), None) => format!("Lines {} to {} of {}", first.number, last.number, part.end),
        (Some(first), Some(last), Some(_)) => format!("{} lines that match, from {} to {}", shown.len(), first.number, last.number),
        _ => String::new(),
    }
}

fn tabs(home: &str, numbers: &[i32], now: i32) -> Vec<Tab> {
    const LABELS: [&str; 8] = ["Attempt 1", "Attempt 2", "Attempt 3", "Attempt 4", "Attempt 5", "Attempt 6", "Attempt 7", "Attempt 8"];
    let tab = |number: &i32| {
        let label = usize::try_from(*number - 1).ok().and_then(|at| LABELS.get(at)).copied()?;
        Some(Tab { href: format!("{home}?attempt={number}"), label, current: *number == now })
    };
    numbers.iter().filter_map(tab).collect()
}

/// The lines that have come since, and where to ask for the next.
pub async fn more(admin: Admin, Path(id): Path<Uuid>, Query(asked): Query<LogPart>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let attempt = chosen(attempts::of(&mut db, id).await?, asked.attempt)?;
    let lines = log::after(&mut db, attempt.id, asked.start(), None, PAGE).await?;
    db.keep();
    let last = lines.last().map_or(asked.start(), |line| line.number);
    let follow = format!("{PATH}/{id}/log/more?attempt={}&after={last}", attempt.number);
    html(&More { rows: rows(&admin, &lines), follow: if attempt.progress.is_final() && lines.is_empty() { String::new() } else { follow } })
}

/// All of it as a file of plain text.
pub async fn download(admin: Admin, Path(id): Path<Uuid>, Query(asked): Query<LogPart>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let attempt = chosen(attempts::of(&mut db, id).await?, asked.attempt)?;
    let (mut text, mut after) = (String::new(), 0);
    loop {
        let lines = log::after(&mut db, attempt.id, after, None, 5_000).await?;
        let Some(last) = lines.last() else { break };
        after = last.number;
        for line in &lines {
            let _ = writeln!(text, "{} {:<7} {}", line.at.strftime("%Y-%m-%dT%H:%M:%SZ"), line.level, line.message);
        }
    }
    db.keep();
    let name = format!("attachment; filename=\"training-{id}-{}.log\"", attempt.number);
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, text).into_response())
}
