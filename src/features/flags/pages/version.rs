//! One version of a flag: what it changed, and all of it.
use super::{changed, crumbs, home, name_users, subject};
use crate::features::flags::model;
use crate::features::flags::store::versions;
use crate::kernel::{Permission, Result};
use crate::web::ask::differences;
use crate::web::parts::{Difference, Link};
use crate::web::show::Moment;
use crate::web::{Admin, Paths, html};
use askama::Template;
use axum::response::Response;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "flags/version.html")]
struct OneVersion {
    admin: Admin,
    crumbs: Vec<Link>,
    name: String,
    home: String,
    version: i32,
    text: String,
    by: String,
    reason: String,
    at: Moment,
    entry: Option<Uuid>,
    changes: Vec<Difference>,
    /// From this version to the flag as it is now.
    since: Vec<Difference>,
    may_revert: bool,
}

/// The page.
pub async fn version(admin: Admin, Paths(which, version): Paths<String, i32>) -> Result<Response> {
    let flag = subject(&admin, &which).await?;
    let mut db = admin.reader().await?;
    let found = versions::find(&mut db, flag.id, version).await?;
    let mut changes = changed(&found);
    let mut since = differences(&model::change(flag.target(), Some(&found.after), &flag.state));
    name_users(&mut db, changes.iter_mut().chain(&mut since)).await?;
    db.keep();
    html(&OneVersion {
        crumbs: crumbs(Some(&flag)),
        name: flag.state.name.clone(),
        home: home(&flag),
        version,
        text: found.what.clone(),
        by: found.by.clone().unwrap_or_else(|| "Backlot".into()),
        reason: found.reason.clone().unwrap_or_default(),
        at: admin.time(found.created_at),
        entry: found.audit_id,
        changes,
        may_revert: !since.is_empty() && admin.may(Permission::FlagsEdit),
        since,
        admin,
    })
}
