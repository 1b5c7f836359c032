//! The search box, and the palette.
use super::store::{self, Close};
use crate::kernel::Result;
use crate::web::parts::{Badge, Person};
use crate::web::{Admin, Query, html, link, see_other};
use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

/// Something that can be done: the words, and the page below that of what it is done with.
type Doing = (&'static str, &'static str);

const AGAIN: Doing = ("Start this workflow again", "retry");
const STOP: Doing = ("Stop this workflow", "stop");
const SETTLE: Doing = ("Say how this workflow ended", "settle");
const SUSPEND: Doing = ("Suspend this user", "suspend");
const RESTORE: Doing = ("Restore this user", "restore");
const TIER: Doing = ("Change this user's tier", "tier");
const ROLE: Doing = ("Change this user's role", "role");
const RETRY: Doing = ("Retry this training", "retry");
const CANCEL: Doing = ("Cancel this training", "cancel");
const LINK: Doing = ("Link this model to a character", "link");
const LOG: Doing = ("Read the log of this training", "log");
const DELETE: Doing = ("Delete this model", "delete");

/// What a search found.
struct Hit {
    icon: &'static str,
    title: String,
    detail: String,
    href: String,
    badge: Option<Badge>,
}

/// Hits of one kind.
struct HitGroup {
    /// Fit for an HTML id.
    key: &'static str,
    title: &'static str,
    more: String,
    hits: Vec<Hit>,
}

#[derive(Template)]
#[template(path = "search/index.html")]
struct Search {
    admin: Admin,
    groups: Vec<HitGroup>,
}

#[derive(Template)]
#[template(path = "search/palette.html")]
struct Palette {
    groups: Vec<HitGroup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    q: Option<String>,
    /// The page that the palette was opened on.
    at: Option<String>,
}

/// The page; an exact id or address goes straight to what it names.
pub async fn search(admin: Admin, Query(asked): Query<Asked>) -> Result<Response> {
    let text = asked.q.unwrap_or_default().trim().to_owned();
    let mut db = admin.reader().await?;
    if let Some(found) = store::exact(&mut db, &text).await? {
        return Ok(see_other(&found.href()));
    }
    let mut groups = Vec::new();
    if !text.is_empty() {
        groups.extend(pages(&admin, &text));
        groups.extend(users(&mut db, &text, 20).await?);
    }
    db.keep();
    html(&Search { admin, groups })
}

/// The palette's results: an exact hit, what can be done on the page it was opened on, pages, and people.
pub async fn palette(admin: Admin, Query(asked): Query<Asked>) -> Result<Response> {
    let text = asked.q.unwrap_or_default().trim().to_owned();
    let mut db = admin.reader().await?;
    let mut groups = Vec::new();
    if let Some(found) = store::exact(&mut db, &text).await? {
        let hit = Hit { icon: "target", title: format!("Open this {}", found.what), detail: text.clone(), href: found.href(), badge: None };
        groups.push(HitGroup { key: "exact", title: "Exactly", more: String::new(), hits: vec![hit] });
    }
    groups.extend(here(&admin, &mut db, asked.at.as_deref(), &text).await?);
    groups.extend(pages(&admin, &text));
    if !text.is_empty() {
        groups.extend(users(&mut db, &text, 6).await?);
    }
    db.keep();
    html(&Palette { groups })
}

fn matches(words: &str, text: &str) -> bool {
    text.split_whitespace().all(|word| words.to_lowercase().contains(&word.to_lowercase()))
}

fn group(key: &'static str, title: &'static str, hits: Vec<Hit>) -> Option<HitGroup> {
    (!hits.is_empty()).then_some(HitGroup { key, title, more: String::new(), hits })
}

/// The pages that this role may read.
fn pages(admin: &Admin, text: &str) -> Option<HitGroup> {
    let items = admin.nav().into_iter().flat_map(|group| group.items);
    let hits = items.filter(|item| matches(item.label, text));
    group(
        "pages",
        "Pages",
        hits.map(|item| Hit { icon: item.icon, title: item.label.into(), detail: String::new(), href: item.href.into(), badge: None })
            .collect(),
    )
}

/// What can be done now with whom or what the open page is about: the pages below it that this role may read.
async fn here(admin: &Admin, db: &mut PgConnection, at: Option<&str>, text: &str) -> Result<Option<HitGroup>> {
    let subject = |home: &str| {
        let place = link::inside(at).strip_prefix(home).and_then(|rest| rest.split(['/', '?', '#']).next());
        place.and_then(|id| Uuid::try_parse(id).ok())
    };
    let (home, id, doing) = if let Some(id) = subject("/admin/users/") {
        ("/admin/users", id, with_user(db, id).await?)
    } else if let Some(id) = subject("/admin/workflows/") {
        ("/admin/workflows", id, with_workflow(db, id).await?)
    } else if let Some(id) = subject("/admin/lora/") {
        ("/admin/lora", id, with_model(db, id).await?)
    } else {
        return Ok(None);
    };
    let open = doing.iter().filter(|(words, place)| matches(words, text) && may_open(admin, home, place));
    let hit = |(words, place): &Doing| Hit {
        icon: "bolt",
        title: (*words).into(),
        detail: String::new(),
        href: format!("{home}/{id}/{place}"),
        badge: None,
    };
    Ok(group("here", "On this page", open.map(hit).collect()))
}

async fn with_user(db: &mut PgConnection, id: Uuid) -> Result<&'static [Doing]> {
    Ok(match store::status(db, id).await?.as_deref() {
        Some("active") => &[SUSPEND, TIER, ROLE],
        Some("suspended") => &[RESTORE, TIER, ROLE],
        _ => &[],
    })
}

async fn with_workflow(db: &mut PgConnection, id: Uuid) -> Result<&'static [Doing]> {
    Ok(match store::workflow_state(db, id).await?.as_deref() {
        Some("failed" | "stopped") => &[AGAIN],
        Some("queued" | "running" | "awaiting_human") => &[STOP],
        Some("unknown") => &[SETTLE],
        _ => &[],
    })
}

async fn with_model(db: &mut PgConnection, id: Uuid) -> Result<&'static [Doing]> {
    Ok(match store::model_status(db, id).await?.as_deref() {
        Some("failed") => &[RETRY, LOG, LINK, DELETE],
        Some("pending" | "training") => &[CANCEL, LOG, LINK, DELETE],
        Some("ready") => &[LOG, LINK, DELETE],
        _ => &[],
    })
}

fn may_open(admin: &Admin, home: &str, place: &str) -> bool {
    use crate::web::routes::Access;
    let path = format!("{home}/{{id}}/{place}");
    admin
        .site()
        .routes()
        .iter()
        .any(|route| route.path == path && matches!(route.access, Access::Page(permission) if admin.may(permission)))
}

async fn users(db: &mut PgConnection, text: &str, most: i64) -> Result<Option<HitGroup>> {
    let close = store::closest(db, text, most).await?;
    let more = format!("/admin/users?q={}", link::escape(text));
    Ok(group("users", "Users", close.into_iter().map(hit).collect()).map(|group| HitGroup { more, ..group }))
}

fn hit(user: Close) -> Hit {
    let person = Person::user(user.id, &user.name, &user.email);
    let title = if person.name.is_empty() { user.email.clone() } else { person.name };
    let badge = match user.status.as_str() {
        "active" => Badge::new("ok", "Active"),
        "suspended" => Badge::new("warn", "Suspended"),
        _ => Badge::new("bad", "Deleted"),
    };
    Hit { icon: "user", title, detail: format!("{} · {}", user.email, user.tier), href: person.href, badge: Some(badge) }
}
