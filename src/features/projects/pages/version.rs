//! What a project's state was at a version, and what differs from another.
use super::{read, size, status, title};
use crate::features::projects::model::{Differs, LONGEST, MOST, differences};
use crate::features::projects::store::{self, Version};
use crate::kernel::{Error, Result};
use crate::web::parts::{Badge, Choice, Difference};
use crate::web::show::Moment;
use crate::web::tree::{self, Drawing, Piece};
use crate::web::{Admin, Paths, Query, html};
use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

/// What it is compared with.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    against: Option<i32>,
}

#[derive(Template)]
#[template(path = "projects/version.html")]
struct Shown {
    admin: Admin,
    id: Uuid,
    title: String,
    no: i32,
    against: Option<i32>,
    others: Vec<Choice>,
    badges: Vec<Badge>,
    size: String,
    by: String,
    at: Moment,
    /// Nothing: there is nothing to compare with, or one of the two is too long.
    changes: Option<Vec<Difference>>,
    more: bool,
    state: Option<Vec<Piece>>,
}

/// The page; without another version it is compared with the one before.
pub async fn show(admin: Admin, Paths(id, no): Paths<Uuid, i32>, Query(asked): Query<Asked>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let project = store::find(&mut db, id).await?;
    let (version, text) = store::version(&mut db, id, no, LONGEST).await?;
    let against = asked.against.or((no > 1).then_some(no - 1)).filter(|other| *other != no);
    let other = match against {
        Some(other) => store::version(&mut db, id, other, LONGEST).await?.1,
        None => None,
    };
    let all = store::versions(&mut db, id).await?;
    db.keep();
    let (state, found) = compared(text, other).await?;
    let more = found.as_ref().is_some_and(|found| found.len() > MOST);
    html(&Shown {
        title: title(&project),
        others: all.iter().filter(|one| one.version != no).map(|one| choice(&admin, one, against)).collect(),
        badges: vec![status(&version.status)],
        size: size(version.bytes),
        by: version.by.unwrap_or_default(),
        at: admin.time(version.at),
        changes: found.map(|found| found.into_iter().take(MOST).map(difference).collect()),
        more,
        state,
        id,
        no,
        against,
        admin,
    })
}

/// Draws a state and compares it with another, where it keeps nobody waiting.
async fn compared(text: Option<String>, other: Option<String>) -> Result<(Option<Vec<Piece>>, Option<Vec<Differs>>)> {
    let document = match text {
        Some(text) => read(text).await?,
        None => None,
    };
    let earlier = match other {
        Some(text) => read(text).await?,
        None => None,
    };
    let work = move || {
        let drawing = Drawing { page: "", at: "", from: 0, hides: tree::hides_nothing };
        let state = document.as_ref().and_then(|document: &Value| tree::draw(document, &drawing));
        let found = earlier.as_ref().zip(document.as_ref()).map(|(before, after)| differences(before, after));
        (state, found)
    };
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

fn choice(admin: &Admin, version: &Version, against: Option<i32>) -> Choice {
    let label = format!("Version {}, {}", version.version, admin.time(version.at).local);
    Choice { value: version.version.to_string(), label, selected: against == Some(version.version) }
}

fn difference(differs: Differs) -> Difference {
    let field = if differs.at.is_empty() { "All of it".to_owned() } else { differs.at };
    Difference { field, before: differs.before, after: differs.after }
}
