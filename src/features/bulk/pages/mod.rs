//! What can be seen of bulk operations, and where they are asked for; a file each.
pub mod index;
pub mod new;
pub mod quick;
pub mod rows;
pub mod show;
pub mod start;

use super::model::Operation;
use super::store;
use crate::kernel::Result;
use crate::web::Admin;
use crate::web::parts::Link;
use uuid::Uuid;

const PATH: &str = "/admin/bulk";

/// An operation's own page.
fn home(id: Uuid) -> String {
    format!("{PATH}/{id}")
}

/// The operation that a page is about.
async fn subject(admin: &Admin, id: Uuid) -> Result<Operation> {
    let mut db = admin.reader().await?;
    let found = store::find(&mut db, id).await?;
    db.keep();
    Ok(found)
}

/// The pages above a question.
fn crumbs(about: Option<&Operation>) -> Vec<Link> {
    let mut crumbs =
        vec![Link { href: "/admin".into(), label: "Home".into() }, Link { href: PATH.into(), label: "Bulk operations".into() }];
    crumbs.extend(about.map(|about| Link { href: home(about.id), label: about.label.clone() }));
    crumbs
}
