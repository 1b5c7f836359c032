//! What can be seen of admins, and where their actions are asked for; a file each.
pub mod console;
pub mod index;
pub mod invite;
pub mod links;
pub mod role;
pub mod show;
pub mod why;

use super::filter::Filter;
use super::store::list::{self, Listed};
use crate::gateways::mail::{LinkAt, Mail};
use crate::kernel::{Error, Result};
use crate::web::Admin;
use crate::web::parts::{Field, Link};
use uuid::Uuid;

const PATH: &str = "/admin/admins";
/// What is shown once: where a one-time link leads.
const LINK: &str = "one_time_link";

/// The admin that an action is asked about.
async fn subject(admin: &Admin, id: Uuid) -> Result<Listed> {
    let mut db = admin.reader().await?;
    let found = list::list(&mut db, &Filter::default(), Some(id)).await?.pop();
    db.keep();
    found.ok_or_else(|| Error::no("admin"))
}

/// The pages above one about an admin.
fn crumbs(about: Option<&Listed>) -> Vec<Link> {
    let mut crumbs = vec![Link { href: "/admin".into(), label: "Home".into() }, Link { href: PATH.into(), label: "Admins".into() }];
    if let Some(Listed { account, .. }) = about {
        crumbs.push(Link { href: format!("{PATH}/{}", account.id), label: account.name.clone() });
    }
    crumbs
}

/// The fields that most actions ask for.
fn why(reason: Option<&str>, ticket: Option<&str>) -> Vec<Field> {
    vec![
        Field::new("area", "reason", "Reason").hint("For your colleagues and the record.").value(reason),
        Field::new("text", "ticket", "Ticket").hint("A number or address from your ticket system.").optional().value(ticket),
    ]
}

/// Without a mail server whoever made a link hands it over: the next page shows it, once.
async fn hand_over(admin: &Admin, mail: &Mail, link: Uuid) -> Result<()> {
    if mail.is_carried() {
        return Ok(());
    }
    admin.show_once(LINK, &mail.address(&LinkAt { page: "/welcome/".into(), id: link })).await
}
