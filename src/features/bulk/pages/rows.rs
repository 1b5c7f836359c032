//! The rows of an operation, and those that were not done as a file.
use super::{crumbs, home, subject};
use crate::features::bulk::filter::Rows;
use crate::features::bulk::model::RowState;
use crate::features::bulk::store::rows::{self, Listed};
use crate::kernel::{Result, Target};
use crate::web::list::{Address, Pager, Total};
use crate::web::parts::{Badge, Link, Tab};
use crate::web::{Admin, Path, Query, html};
use askama::Template;
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::stream;
use sqlx::PgPool;
use uuid::Uuid;

/// Rows that are read at a time.
const PIECE: i64 = 2_000;

#[derive(Template)]
#[template(path = "bulk/rows.html")]
struct Index {
    admin: Admin,
    home: String,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    href: String,
    label: String,
    state: Badge,
    why: String,
    audit: Option<String>,
}

/// What became of each.
pub async fn index(admin: Admin, Path(id): Path<Uuid>, Query(filter): Query<Rows>) -> Result<Response> {
    let about = subject(&admin, id).await?;
    let mut db = admin.reader().await?;
    let page = rows::page(&mut db, id, &filter).await?;
    db.keep();
    let query = admin.here().split_once('?').map_or("", |(_, query)| query).to_owned();
    let total = match filter.state {
        None => about.total,
        Some(RowState::Waiting) => about.planned - about.settled(),
        Some(RowState::Left) => about.total - about.planned,
        Some(RowState::Done) => about.done,
        Some(RowState::Skipped) => about.skipped,
        Some(RowState::Failed) => about.failed,
    };
    let path = format!("{}/rows", home(id));
    let tab = |label, state: Option<RowState>| Tab {
        href: state.map_or_else(|| path.clone(), |state| format!("{path}?state={}", state.code())),
        label,
        current: filter.state == state,
    };
    let tabs = std::iter::once(tab("All", None)).chain(RowState::ALL.iter().map(|state| tab(state.label(), Some(*state)))).collect();
    let mut pager = Pager::new(&page, &Address::new("", &query), Total::Exact(total), ("row", "rows"));
    // An address without a path of its own is about this page.
    pager.previous = pager.previous.map(|query| format!("{path}{query}"));
    pager.next = pager.next.map(|query| format!("{path}{query}"));
    let rows = page.rows.iter().map(|row| view(row, &about.list)).collect();
    html(&Index { home: home(id), crumbs: crumbs(Some(&about)), tabs, rows, pager, admin })
}

fn view(row: &Listed, list: &str) -> Row {
    Row {
        href: format!("/admin/{list}/{}", row.id),
        label: row.label.clone(),
        state: row.state.badge(),
        why: row.why.clone().unwrap_or_default(),
        audit: row.audit.map(|id| format!("/admin/audit/{id}")),
    }
}

/// Everything that was not done, with why, as CSV (RFC 4180). Taking it along is on the record.
pub async fn failures(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let about = subject(&admin, id).await?;
    admin.desk().seen(admin.actor(), "bulk.download", &Target::of(&about)).await?;
    let pool = admin.read().clone();
    let head = "id,name,outcome,why\r\n".to_owned();
    let body = stream::try_unfold(Some((None, head)), move |at| piece(pool.clone(), id, at));
    let name = format!("attachment; filename=\"bulk-{id}-not-done.csv\"");
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(body)).into_response())
}

type At = Option<(Option<Uuid>, String)>;

async fn piece(pool: PgPool, id: Uuid, at: At) -> Result<Option<(String, At)>> {
    let Some((after, mut text)) = at else { return Ok(None) };
    let mut db = pool.acquire().await?;
    let rows = rows::not_done(&mut db, id, after, PIECE).await?;
    for row in &rows {
        let cells = [row.id.to_string(), row.label.clone(), row.state.label().to_owned(), row.why.clone().unwrap_or_default()];
        text.push_str(&cells.map(|cell| quoted(&cell)).join(","));
        text.push_str("\r\n");
    }
    let is_last = i64::try_from(rows.len()).is_ok_and(|count| count < PIECE);
    let next = rows.last().filter(|_| !is_last).map(|row| (Some(row.id), String::new()));
    Ok(Some((text, next)))
}

/// A cell that no spreadsheet takes for a formula.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}
