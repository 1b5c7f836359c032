//! States and progress of the models on a list, as they are now; asking for them keeps no session alive.
use super::PATH;
use super::rows::{self, State};
use crate::features::lora::store::list;
use crate::kernel::Result;
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// A page's rows.
const MOST: usize = 50;

/// Which models are asked for: ids with `_` between them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    ids: Option<String>,
}

#[derive(Template)]
#[template(path = "lora/live.html")]
struct Live {
    states: Vec<State>,
    /// Where those that still wait or run are asked for next; empty when none does.
    next: String,
}

/// The states.
pub async fn live(admin: Admin, Query(asked): Query<Asked>) -> Result<Response> {
    let ids: Vec<Uuid> = asked.ids.as_deref().unwrap_or_default().split('_').filter_map(|id| id.parse().ok()).take(MOST).collect();
    let mut db = admin.reader().await?;
    let found = list::states(&mut db, &ids).await?;
    db.keep();
    let open: Vec<_> = found.iter().filter(|row| row.status.is_open() && !row.deleted).map(|row| row.id.to_string()).collect();
    let next = if open.is_empty() { String::new() } else { format!("{PATH}/live?ids={}", open.join("_")) };
    html(&Live { states: found.iter().map(rows::state).collect(), next })
}
