//! Whom a flag reaches at this moment, counted over all users: a part of its page that comes when it is ready.
use super::subject;
use crate::features::flags::store::{self, reach as counted};
use crate::kernel::{Result, Tier};
use crate::web::parts::Person;
use crate::web::show::number;
use crate::web::{Admin, Path, html};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "flags/reach.html")]
struct Reach {
    total: String,
    share: String,
    rows: Vec<Row>,
    some: Vec<Person>,
}

struct Row {
    label: &'static str,
    have: String,
    all: String,
    percent: i64,
    share: String,
}

/// The part.
pub async fn reach(admin: Admin, Path(which): Path<String>) -> Result<Response> {
    let flag = subject(&admin, &which).await?;
    let mut db = admin.reader().await?;
    let roster = store::roster(&mut db, flag.state.kept).await?;
    let (all, have) = counted::reach(&mut db, &flag.state.rule(&flag.salt, roster), admin.site().clock.now()).await?;
    db.keep();
    let row = |tier: &Tier| {
        let (part, whole) = (have.by_tier.get(tier).copied().unwrap_or(0), all.by_tier.get(tier).copied().unwrap_or(0));
        let percent = (part * 100).checked_div(whole).unwrap_or(0);
        Row { label: tier.label(), have: number(part), all: number(whole), percent, share: share(part, whole) }
    };
    html(&Reach {
        total: number(have.total()),
        share: share(have.total(), all.total()),
        rows: Tier::ALL.iter().map(row).collect(),
        some: have.sample.iter().take(8).map(|user| Person::user(user.id, &user.name, &user.email)).collect(),
    })
}

/// A part of a whole in per cent, with two decimals.
fn share(part: i64, whole: i64) -> String {
    let hundredths = (part * 10_000).checked_div(whole).unwrap_or(0);
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}
