//! Everybody whom an alert hurts.
use super::PATH;
use crate::features::alerts::filter::People;
use crate::features::alerts::model::Rule;
use crate::features::alerts::store::{list, people};
use crate::kernel::{Permission, Result};
use crate::web::list::{Address, Pager, Total};
use crate::web::parts::{Badge, Person};
use crate::web::{Admin, Path, Query, html};
use askama::Template;
use axum::response::Response;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "alerts/people.html")]
struct Page {
    admin: Admin,
    home: String,
    title: String,
    total: String,
    notify: String,
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    user: Person,
    tier: String,
    status: Badge,
}

/// The list.
pub async fn index(admin: Admin, Path(id): Path<Uuid>, Query(asked): Query<People>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let alert = list::find(&mut db, id).await?;
    let page = people::page(&mut db, id, &asked).await?;
    db.keep();
    let home = format!("{PATH}/{id}");
    let total = Total::capped(i64::from(alert.people));
    // The address of a page of this list holds the alert's id: only its query is the list's own.
    let mut pager = Pager::new(&page, &Address::of(&admin, PATH), total, ("user", "users"));
    let here = |href: String| href.replacen(PATH, &format!("{home}/people"), 1);
    pager.previous = pager.previous.map(here);
    pager.next = pager.next.map(here);
    let row = |one: &people::Person| Row {
        user: Person::user(one.id, &one.name, &one.email),
        tier: one.tier.clone(),
        status: Badge::new(if one.status == "active" { "ok" } else { "warn" }, one.status.clone()),
    };
    let may = admin.may(Permission::NotificationsSend) && alert.people > 0;
    html(&Page {
        notify: if may { format!("/admin/notifications/new?alert={id}") } else { String::new() },
        title: Rule::named(&alert.rule, &alert.subject),
        total: total.words(),
        rows: page.rows.iter().map(row).collect(),
        pager,
        home,
        admin,
    })
}
