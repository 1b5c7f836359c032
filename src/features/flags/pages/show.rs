//! Everything about one flag: what it does, for whom and why, since when, and which servers know.
use super::explain::{Explained, Question, explain};
use super::{badges, changed, home, name_users, subject};
use crate::features::flags::model::Flag;
use crate::features::flags::store::people;
use crate::features::flags::store::versions::{self, Version};
use crate::kernel::{Permission, Result};
use crate::live::Topic;
use crate::live::instances::{self, Instance};
use crate::web::parts::{Badge, Difference, MenuAction, Person};
use crate::web::show::{Moment, number};
use crate::web::{Admin, Path, Query, html};
use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// Versions that the page shows.
const VERSIONS: i64 = 20;

/// What can be asked on the page.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    user: Option<String>,
    at: Option<String>,
}

#[derive(Template)]
#[template(path = "flags/show.html")]
struct Show {
    admin: Admin,
    name: String,
    description: String,
    badges: Vec<Badge>,
    home: String,
    actions: Vec<Vec<MenuAction>>,
    may_kill: bool,
    may_override: bool,
    may_edit: bool,
    facts: Vec<(&'static str, String)>,
    tags: Vec<String>,
    explained: Option<Explained>,
    overrides: Vec<Set>,
    versions: Vec<Told>,
    newest: i64,
    servers: Vec<Server>,
}

/// An override.
struct Set {
    user: Uuid,
    person: Person,
    value: Badge,
    reason: String,
    by: String,
    since: Moment,
    until: Option<Moment>,
    over: bool,
}

/// A version in the list.
struct Told {
    version: i32,
    text: String,
    by: String,
    reason: String,
    at: Moment,
    changes: Vec<Difference>,
    current: bool,
}

/// A server that runs, and whether it has the newest version.
struct Server {
    name: String,
    has: Badge,
    took: String,
}

/// The page.
pub async fn show(admin: Admin, Path(which): Path<String>, Query(asked): Query<Asked>) -> Result<Response> {
    let flag = subject(&admin, &which).await?;
    let mut db = admin.reader().await?;
    let explained = match asked.user.as_deref().map(str::trim).filter(|user| !user.is_empty()) {
        Some(user) => Some(answer(&admin, &mut db, &flag, (user, asked.at.as_deref().unwrap_or(""))).await?),
        None => None,
    };
    let overrides = overrides(&admin, &mut db, &flag).await?;
    let versions = versions::newest(&mut db, flag.id, VERSIONS).await?;
    let mut versions: Vec<_> = versions.iter().map(|version| told(&admin, version, flag.version)).collect();
    name_users(&mut db, versions.iter_mut().flat_map(|version| &mut version.changes)).await?;
    let newest = instances::newest(&mut *db).await?.flags;
    let servers = instances::running(&mut *db, Topic::Flags).await?.into_iter().map(|server| self::server(server, newest)).collect();
    db.keep();
    let open = !flag.state.archived;
    html(&Show {
        badges: badges(&flag),
        home: home(&flag),
        actions: actions(&admin, &flag),
        may_kill: open && flag.state.enabled && admin.may(Permission::FlagsEdit),
        may_override: open && admin.may(Permission::FlagsOverride),
        may_edit: admin.may(Permission::FlagsEdit),
        facts: facts(&admin, &flag),
        tags: flag.state.tags.clone(),
        versions,
        name: flag.state.name,
        description: flag.state.description,
        explained,
        overrides,
        newest,
        servers,
        admin,
    })
}

async fn answer(admin: &Admin, db: &mut PgConnection, flag: &Flag, (user, at): (&str, &str)) -> Result<Explained> {
    let time = at.trim().replace(' ', "T").parse::<jiff::civil::DateTime>().ok();
    let time = time.and_then(|civil| civil.to_zoned(admin.zone().clone()).ok()).map(|zoned| zoned.timestamp());
    let mut answer = explain(admin, db, flag, &Question { user, at, time }).await?;
    if time.is_none() && !at.trim().is_empty() {
        answer.error = "Give a day and a time, as 2026-12-01 18:00. This is the answer for now.".into();
    }
    Ok(answer)
}

fn facts(admin: &Admin, flag: &Flag) -> Vec<(&'static str, String)> {
    let state = &flag.state;
    vec![
        ("Decides by", state.kind.label().to_owned()),
        ("Reaches", state.words()),
        ("Set for single users", number(i64::try_from(state.user_overrides.len()).unwrap_or(0))),
        ("Owner", state.owner.clone()),
        ("Made", admin.time(flag.created_at).local),
        ("Version", flag.version.to_string()),
    ]
}

async fn overrides(admin: &Admin, db: &mut PgConnection, flag: &Flag) -> Result<Vec<Set>> {
    let ids: Vec<_> = flag.state.user_overrides.keys().copied().collect();
    let people: HashMap<_, _> = people::by_ids(db, &ids).await?.into_iter().map(|user| (user.id, user)).collect();
    let now = admin.site().clock.now();
    let set = |(user, set): (&Uuid, &crate::features::flags::model::Override)| Set {
        user: *user,
        person: people
            .get(user)
            .map_or_else(|| Person::user(*user, "", &user.to_string()), |known| Person::user(*user, &known.name, &known.email)),
        value: if set.value { Badge::new("ok", "On") } else { Badge::new("bad", "Off") },
        reason: set.reason.clone(),
        by: set.by.clone(),
        since: admin.time(set.since),
        until: admin.time_if(set.until),
        over: set.until.is_some_and(|until| until <= now),
    };
    let mut all: Vec<_> = flag.state.user_overrides.iter().map(set).collect();
    all.sort_by(|a, b| b.since.iso.cmp(&a.since.iso));
    Ok(all)
}

fn told(admin: &Admin, version: &Version, current: i32) -> Told {
    let mut text = version.what.clone();
    if let Some(first) = text.get(..1).map(str::to_uppercase) {
        text.replace_range(..1, &first);
    }
    Told {
        version: version.version,
        text,
        by: version.by.clone().unwrap_or_else(|| "Backlot".into()),
        reason: version.reason.clone().unwrap_or_default(),
        at: admin.time(version.created_at),
        changes: if version.before.is_some() { changed(version) } else { Vec::new() },
        current: version.version == current,
    }
}

fn server(server: Instance, newest: i64) -> Server {
    let has = match server.version {
        Some(version) if version >= newest => Badge::new("ok", "Newest"),
        Some(_) => Badge::new("warn", "Older"),
        None => Badge::new("warn", "Starting"),
    };
    let took = server.took_ms.map_or_else(|| "had it when it started".to_owned(), |took| format!("after {took:.0} ms"));
    Server { name: server.name, has, took: if server.version.is_some() { took } else { String::new() } }
}

fn actions(admin: &Admin, flag: &Flag) -> Vec<Vec<MenuAction>> {
    let home = home(flag);
    let entry = |label: &str, icon, path: &str, permission, not_now: Option<&str>| MenuAction {
        label: label.into(),
        icon,
        href: format!("{home}/{path}"),
        danger: path == "archive",
        disabled: admin.lacks(permission).or_else(|| not_now.map(str::to_owned)),
    };
    let gone = flag.state.archived.then_some("It is archived.");
    let on = if flag.state.enabled { Some("It is on.") } else { gone };
    vec![
        vec![
            entry("Edit", "pencil", "edit", Permission::FlagsEdit, gone),
            entry("Turn on", "player-play", "on", Permission::FlagsEdit, on),
            entry("Set for single users", "user-cog", "overrides", Permission::FlagsOverride, gone),
        ],
        vec![match flag.state.archived {
            true => entry("Restore", "arrow-back-up", "restore", Permission::FlagsEdit, None),
            false => entry("Archive", "folder", "archive", Permission::FlagsEdit, None),
        }],
    ]
}
