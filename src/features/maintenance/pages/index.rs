//! The state in one glance, what is planned, and all that is past.
use super::PATH;
use super::rows::{self, OnRow, PastRow, PlannedRow};
use crate::features::maintenance::filter::Filter;
use crate::features::maintenance::model::State;
use crate::features::maintenance::store::list;
use crate::kernel::{Permission, Result};
use crate::web::list::{Address, Pager};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "maintenance/index.html")]
struct Index {
    admin: Admin,
    on: Option<OnRow>,
    planned: Vec<PlannedRow>,
    past: Vec<PastRow>,
    pager: Pager,
    /// Why this admin may only read, if it is so.
    lacks: Option<String>,
    zone: String,
    /// What the platform asks.
    asked: String,
    /// The line that shows it on a page.
    embed: String,
}

/// The page.
pub async fn index(admin: Admin, Query(filter): Query<Filter>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let to_come = list::to_come(&mut db).await?;
    let page = list::past(&mut db, &filter).await?;
    let total = list::total(&mut db).await?;
    db.keep();
    let now = admin.site().clock.now();
    let url = admin.site().public_url.trim_end_matches('/').to_owned();
    let is_on = |listed: &&list::Listed| listed.window.state == State::Active;
    html(&Index {
        on: to_come.iter().find(is_on).map(|listed| rows::on(&admin, listed, now)),
        planned: to_come.iter().filter(|listed| !is_on(listed)).map(|listed| rows::planned(&admin, listed)).collect(),
        past: page.rows.iter().map(|listed| rows::past(&admin, listed)).collect(),
        pager: Pager::new(&page, &Address::of(&admin, PATH), total, ("window", "windows")),
        lacks: admin.lacks(Permission::MaintenanceEdit),
        zone: admin.signed().time_zone.clone(),
        asked: format!("{url}/api/v1/maintenance"),
        embed: format!("<script src=\"{url}/embed/maintenance.js\" defer></script>"),
        admin,
    })
}
