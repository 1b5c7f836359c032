//! A project's state as it is stored: to read a stretch at a time, or to take along whole.
use super::{size, title};
use crate::features::projects::store;
use crate::kernel::Result;
use crate::web::show::number;
use crate::web::{Admin, Path, Query, html};
use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use uuid::Uuid;

/// How many letters are shown at once.
const LETTERS: i32 = 60_000;

/// Where the stretch begins.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    from: Option<u32>,
}

#[derive(Template)]
#[template(path = "projects/raw.html")]
struct Raw {
    admin: Admin,
    id: Uuid,
    title: String,
    size: String,
    text: String,
    summary: String,
    before: Option<String>,
    after: Option<String>,
}

/// A stretch of it.
pub async fn show(admin: Admin, Path(id): Path<Uuid>, Query(asked): Query<Asked>) -> Result<Response> {
    let from = i32::try_from(asked.from.unwrap_or_default()).unwrap_or(i32::MAX / 2).min(i32::MAX / 2);
    let mut db = admin.reader().await?;
    let project = store::find(&mut db, id).await?;
    let (text, all) = store::part(&mut db, id, from, LETTERS).await?;
    db.keep();
    let end = (from + LETTERS).min(all);
    let to = |from: i32| format!("/admin/projects/{id}/raw?from={from}");
    html(&Raw {
        title: title(&project),
        size: size(project.bytes),
        text,
        summary: format!("Letters {} to {} of {}", number(i64::from(from.min(all))), number(i64::from(end)), number(i64::from(all))),
        before: (from > 0).then(|| to((from.min(all) - LETTERS).max(0))),
        after: (end < all).then(|| to(end)),
        id,
        admin,
    })
}

/// All of it, as a file: never shown by a browser as a page of ours.
pub async fn download(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let text = store::state(&mut db, id).await?;
    db.keep();
    let name = format!("attachment; filename=\"project-{id}.json\"");
    Ok(([(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, name)], text).into_response())
}
