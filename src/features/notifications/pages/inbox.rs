//! A user's inbox, as the platform's servers ask for it; and what the user did there.
use crate::features::notifications::filter::Inbox;
use crate::features::notifications::store::inbox::{self, Deed, Item};
use crate::kernel::page::{Cursor, encode};
use crate::kernel::{Error, Result};
use crate::web::{Path, Paths, Query, Site};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use uuid::Uuid;

/// Items on a page, unless the asker wants fewer.
const MOST: usize = 50;

#[derive(Serialize)]
pub struct Page {
    /// Neither read nor put away; counted no further than 1,000.
    unread: i64,
    notifications: Vec<Item>,
    /// What to ask for as `after` to get the page behind this one.
    next: Option<String>,
}

/// A page of it, newest first.
pub async fn list(State(site): State<Site>, Path(user): Path<Uuid>, Query(asked): Query<Inbox>) -> Result<Json<Page>> {
    let limit = usize::try_from(asked.limit.unwrap_or(50)).ok().filter(|limit| (1..=MOST).contains(limit));
    let limit = limit.ok_or_else(|| Error::Malformed(format!("`limit` is a number from 1 to {MOST}.").into()))?;
    let mut db = site.lines.take().await?;
    let unread = inbox::unread(&mut db, user).await?.ok_or_else(|| Error::no("user"))?;
    let mut items = inbox::page(&mut db, user, &asked).await?;
    db.keep();
    let more = items.len() > limit;
    items.truncate(limit);
    let last = items.last().filter(|_| more).map(|item| encode(&Cursor { at: item.created_at.as_microsecond(), id: item.id }));
    Ok(Json(Page { unread, notifications: items, next: last }))
}

/// It was on the user's screen.
pub async fn seen(State(site): State<Site>, Paths(user, id): Paths<Uuid, Uuid>) -> Result<Json<Item>> {
    mark(&site, user, id, Deed::Seen).await
}

/// The user has opened it.
pub async fn read(State(site): State<Site>, Paths(user, id): Paths<Uuid, Uuid>) -> Result<Json<Item>> {
    mark(&site, user, id, Deed::Read).await
}

/// The user has put it away.
pub async fn archive(State(site): State<Site>, Paths(user, id): Paths<Uuid, Uuid>) -> Result<Json<Item>> {
    mark(&site, user, id, Deed::Archive).await
}

/// The same again is answered the same, and counted once.
async fn mark(site: &Site, user: Uuid, id: Uuid, deed: Deed) -> Result<Json<Item>> {
    inbox::mark(&site.door, user, id, deed).await?;
    let mut db = site.lines.take().await?;
    let item = inbox::item(&mut db, user, id).await?;
    db.keep();
    Ok(Json(item))
}
