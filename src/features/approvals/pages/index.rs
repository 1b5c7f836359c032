//! The list of what waits for a second admin.
use super::PATH;
use crate::features::approvals::filter::{Filter, Part};
use crate::features::approvals::model::State;
use crate::features::approvals::store::list::{self, Listed, Source};
use crate::kernel::Result;
use crate::web::list::{Address, Pager};
use crate::web::parts::{Badge, Tab};
use crate::web::show::{Moment, money};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "approvals/index.html")]
struct Index {
    admin: Admin,
    total: String,
    part: Part,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    href: String,
    label: String,
    action: String,
    amount: String,
    source: &'static str,
    state: Badge,
    by: String,
    by_me: bool,
    at: Moment,
    until: Option<Moment>,
    decided: String,
    decided_at: Option<Moment>,
}

/// The list, newest first.
pub async fn index(admin: Admin, Query(filter): Query<Filter>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let page = list::page(&mut db, &filter, admin.actor()).await?;
    let address = Address::of(&admin, PATH);
    let key = format!("{} {} {}", admin.id(), filter.part().code(), PATH);
    let total = admin.count(key, list::total(&mut db, filter.part(), admin.actor())).await?;
    db.keep();
    let tab = |part: &Part| Tab { href: address.with("part", part.code()), label: part.label(), current: *part == filter.part() };
    html(&Index {
        total: total.words(),
        part: filter.part(),
        tabs: Part::ALL.iter().map(tab).collect(),
        pager: Pager::new(&page, &address, total, ("proposal", "proposals")),
        rows: page.rows.iter().map(|row| view(&admin, row)).collect(),
        admin,
    })
}

fn view(admin: &Admin, row: &Listed) -> Row {
    let href = match row.source {
        Source::Proposal => super::home(row.about),
        Source::Notification => format!("/admin/notifications/{}", row.about),
        Source::Billing => format!("/admin/billing/operations/{}", row.about),
    };
    let state = State::try_from(row.state.clone()).map_or_else(|_| Badge::new("", said(&row.state)), State::badge);
    Row {
        href,
        label: row.label.clone(),
        action: row.action.clone(),
        amount: row.amount.as_ref().map(|(amount, currency)| money(*amount, currency)).unwrap_or_default(),
        source: row.source.label(),
        state,
        by: row.by.clone().unwrap_or_else(|| "Backlot itself".into()),
        by_me: row.by_me,
        at: admin.time(row.at),
        until: admin.time_if(row.until.filter(|_| row.waits)),
        decided: row.decided_by.clone().unwrap_or_default(),
        decided_at: admin.time_if(row.decided_at),
    }
}

/// A state that only notifications have, for people.
fn said(state: &str) -> String {
    if state == "declined" { "Rejected".to_owned() } else { crate::web::ask::words(state) }
}
