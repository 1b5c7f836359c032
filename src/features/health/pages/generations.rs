//! Failed generations, and whose they were.
use super::spans;
use crate::features::health::filter::{Failed, Span};
use crate::features::health::store::generations;
use crate::kernel::Result;
use crate::web::list::{Address, Chip, Pager};
use crate::web::parts::{Person, Tab};
use crate::web::show::{Moment, short};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::response::Response;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "health/generations.html")]
struct Generations {
    admin: Admin,
    total: String,
    spans: Vec<Tab>,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    id: Uuid,
    user: Person,
    kind: String,
    class: String,
    narrow: String,
    error: String,
    at: Moment,
}

/// The list, newest first.
pub async fn index(admin: Admin, Query(filter): Query<Failed>) -> Result<Response> {
    const HERE: &str = "/admin/health/generations";
    let address = Address::of(&admin, HERE);
    let mut db = admin.reader().await?;
    let page = generations::page(&mut db, &filter).await?;
    let total = admin.count(address.subject(), generations::total(&mut db, &filter)).await?;
    db.keep();
    let row = |found: &generations::Row| {
        let class = found.error_class.clone().unwrap_or_else(|| "unknown".into());
        Row {
            id: found.id,
            user: Person::user(found.user_id, &found.name, &found.email),
            kind: found.kind.clone(),
            narrow: address.with("error", &class),
            class,
            error: found.error.as_deref().map(|error| short(error, 300)).unwrap_or_default(),
            at: admin.time(found.at.into()),
        }
    };
    let chip = |error: &str| Chip { name: "Error", value: error.to_owned(), remove: address.without("error") };
    let span = filter.span.unwrap_or(Span::Day);
    let tabs = spans(HERE, span).into_iter().zip(Span::ALL);
    html(&Generations {
        total: total.words(),
        spans: tabs.map(|(tab, span)| Tab { href: address.with("span", span.code()), ..tab }).collect(),
        chips: filter.error().map(chip).into_iter().collect(),
        rows: page.rows.iter().map(row).collect(),
        pager: Pager::new(&page, &address, total, ("generation", "generations")),
        admin,
    })
}
