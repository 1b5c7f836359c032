//! Who got it, who did not, and why.
use super::index::choices;
use super::{crumbs, home};
use crate::features::notifications::filter::Deliveries;
use crate::features::notifications::model::{Channel, Delivery, Notification, State};
use crate::features::notifications::store;
use crate::features::notifications::store::deliveries::{self, Listed};
use crate::kernel::{Permission, Result};
use crate::web::link::escape;
use crate::web::list::{Pager, Total};
use crate::web::parts::{Badge, Choice, Link, Person, Tab};
use crate::web::show::{Moment, number, short};
use crate::web::{Admin, Path, Query, html};
use askama::Template;
use axum::response::Response;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "notifications/deliveries.html")]
struct Index {
    admin: Admin,
    crumbs: Vec<Link>,
    here: String,
    channel: Channel,
    tabs: Vec<Tab>,
    states: Vec<Choice>,
    is_narrowed: bool,
    rows: Vec<Row>,
    pager: Pager,
    /// Where exactly these can be exported.
    export: Option<String>,
}

struct Row {
    person: Person,
    state: Badge,
    why: String,
    at: Option<Moment>,
    read: Option<Moment>,
    attempts: String,
}

/// The list on one channel, a page at a time.
pub async fn index(admin: Admin, Path(id): Path<Uuid>, Query(filter): Query<Deliveries>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let found = store::find(&mut db, id).await?;
    let channel = filter.channel.or(found.content.channels.first().copied()).unwrap_or(Channel::InApp);
    let page = deliveries::page(&mut db, id, (channel, &filter)).await?;
    let total = deliveries::total(&mut db, id, (channel, &filter)).await?;
    db.keep();
    let here = format!("{}/deliveries", home(id));
    let state = filter.state.map_or_else(String::new, |state| format!("&state={}", state.code()));
    let address = |more: &str| format!("{here}?channel={}{state}{more}", channel.code());
    let exported = format!("notification={id}&channel={}{state}", channel.code());
    html(&Index {
        export: admin.may(Permission::ExportsAll).then(|| format!("/admin/exports/new?dataset=deliveries&filter={}", escape(&exported))),
        crumbs: crumbs(Some(&found)),
        channel,
        tabs: tabs(&found, channel, &here),
        states: choices("Any state", Delivery::choices(), filter.state.map(Delivery::code)),
        is_narrowed: filter.state.is_some(),
        pager: Pager {
            summary: summary(page.rows.len(), total),
            previous: page.before.as_ref().map(|cursor| address(&format!("&before={cursor}"))),
            next: page.after.as_ref().map(|cursor| address(&format!("&after={cursor}"))),
        },
        rows: page.rows.iter().map(|row| view(&admin, &found, row)).collect(),
        here,
        admin,
    })
}

fn summary(shown: usize, total: Total) -> String {
    let shown = i64::try_from(shown).unwrap_or(i64::MAX);
    match total {
        Total::Exact(1) => "1 delivery".to_owned(),
        Total::Exact(all) if all == shown => format!("{} deliveries", number(all)),
        total => format!("{} of {} deliveries", number(shown), total.words()),
    }
}

fn tabs(found: &Notification, channel: Channel, here: &str) -> Vec<Tab> {
    let tab = |one: &Channel| Tab { href: format!("{here}?channel={}", one.code()), label: one.label(), current: *one == channel };
    found.content.channels.iter().map(tab).collect()
}

fn view(admin: &Admin, found: &Notification, row: &Listed) -> Row {
    let tone = match row.state {
        Delivery::Sent => "ok",
        Delivery::Failed => "bad",
        Delivery::Claimed => "info",
        Delivery::Skipped | Delivery::Queued => "",
    };
    // What is cancelled goes nowhere any more.
    let is_never = row.state == Delivery::Queued && found.state == State::Cancelled;
    let unsure = if row.unsure > 0 { "An answer of the mail server was not heard: it may have arrived more than once. " } else { "" };
    let why = row.detail.as_deref().filter(|_| row.state != Delivery::Sent).unwrap_or_default();
    Row {
        person: Person::user(row.user_id, &row.name, &row.email),
        state: Badge::new(tone, if is_never { "Never sent" } else { row.state.label() }),
        why: short(&format!("{unsure}{why}"), 300),
        at: admin.time_if(row.at),
        read: admin.time_if(row.read_at),
        attempts: if row.attempts > 1 { row.attempts.to_string() } else { String::new() },
    }
}
