//! Failures counted by what they have in common, to see what is wrong with many at once.
use super::index::choices;
use super::{PATH, tabs};
use crate::features::lora::filter::{Days, Groups};
use crate::features::lora::model::ErrorClass;
use crate::features::lora::store::groups;
use crate::kernel::Result;
use crate::web::link::escape;
use crate::web::parts::{Badge, Choice, Tab};
use crate::web::show::{Moment, number};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "lora/failures.html")]
struct Failures {
    admin: Admin,
    tabs: Vec<Tab>,
    days: Vec<Choice>,
    errors: Vec<Choice>,
    since: &'static str,
    narrowed: bool,
    rows: Vec<Row>,
    models: String,
}

struct Row {
    class: Badge,
    help: &'static str,
    signature: String,
    href: String,
    models: String,
    users: String,
    first: Moment,
    last: Moment,
    example: String,
}

/// The groups, the largest first.
pub async fn failures(admin: Admin, Query(asked): Query<Groups>) -> Result<Response> {
    let days = asked.days.unwrap_or(Days::Thirty);
    let mut db = admin.reader().await?;
    let found = groups::of(&mut db, days.number(), asked.error).await?;
    db.keep();
    let models: i64 = found.iter().map(|group| group.models).sum();
    html(&Failures {
        tabs: tabs(true),
        days: Days::ALL.iter().map(|one| Choice { value: one.code().into(), label: one.label().into(), selected: *one == days }).collect(),
        errors: choices("Any error", ErrorClass::choices(), asked.error.map(ErrorClass::code)),
        since: days.label(),
        narrowed: asked.error.is_some(),
        rows: found.into_iter().map(|group| row(&admin, group)).collect(),
        models: number(models),
        admin,
    })
}

fn row(admin: &Admin, group: groups::Group) -> Row {
    Row {
        class: Badge::new("bad", group.class.label()),
        help: group.class.help(),
        href: format!("{PATH}?status=failed&signature={}", escape(&group.signature)),
        signature: group.signature,
        models: number(group.models),
        users: number(group.users),
        first: admin.time(group.first_at),
        last: admin.time(group.last_at),
        example: group.example.map(|id| format!("{PATH}/{id}")).unwrap_or_default(),
    }
}
