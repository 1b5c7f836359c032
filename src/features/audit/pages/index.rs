//! The audit log.
use super::scope;
use crate::features::audit::filter::{Filter, Outcome};
use crate::features::audit::store::{self, Entry};
use crate::features::audit::words;
use crate::kernel::audit::{last_seal, unsealed};
use crate::kernel::{Permission, Result};
use crate::web::ask::differences;
use crate::web::list::{Address, Chip, Pager};
use crate::web::parts::{Badge, Choice, Difference, Link, Person};
use crate::web::show::{Moment, number};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::response::Response;
use jiff::civil::Date;

const PATH: &str = "/admin/audit";
const KINDS: [(&str, &str); 5] = [("user", "User"), ("admin", "Admin"), ("flag", "Feature flag"), ("page", "Page"), ("audit_seal", "Seal")];

#[derive(Template)]
#[template(path = "audit/index.html")]
struct Index {
    admin: Admin,
    total: String,
    verify: Option<Link>,
    /// Where exactly these entries can be exported, for those who may.
    export: Option<String>,
    seal: Notice,
    filter: Filters,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    pager: Pager,
    own: bool,
    /// So few letters were typed that only the last week was looked at.
    brief: bool,
}

/// A coloured box that says one thing.
struct Notice {
    tone: &'static str,
    icon: &'static str,
    title: String,
    text: String,
}

struct Filters {
    q: String,
    actors: Vec<Choice>,
    actions: Vec<Choice>,
    outcomes: Vec<Choice>,
    kinds: Vec<Choice>,
    from: String,
    to: String,
    zone: String,
}

struct Row {
    at: Moment,
    href: String,
    actor: Person,
    role: String,
    action: String,
    action_href: String,
    target: String,
    target_kind: String,
    target_href: String,
    changes: Vec<Difference>,
    reason: String,
    outcome: Badge,
    address: String,
    failed: bool,
}

/// The list.
pub async fn index(admin: Admin, Query(filter): Query<Filter>) -> Result<Response> {
    let scope = scope(&admin);
    let mut db = admin.reader().await?;
    let page = store::page(&mut db, &filter, scope, admin.zone()).await?;
    let staff = if scope.all { store::staff(&mut db).await? } else { vec![(admin.id(), admin.name().to_owned())] };
    let address = Address::of(&admin, PATH);
    let key = format!("{} {} {}", scope.all || filter.actor.is_some(), admin.id(), address.subject());
    let total = admin.count(key, store::total(&mut db, &filter, scope, admin.zone())).await?;
    // What follows takes a connection of its own.
    db.keep();
    html(&Index {
        total: total.words(),
        verify: admin.may(Permission::AuditVerify).then(|| Link { href: "/admin/audit/verify".into(), label: "Verify".into() }),
        // Whoever makes the file is not “me”.
        export: admin
            .may(Permission::ExportsAll)
            .then(|| address.export("audit_log").replace("actor%3Dme", &format!("actor%3D{}", admin.id()))),
        seal: notice(&admin).await?,
        filter: filters(&admin, &filter, &staff),
        chips: chips(&filter, &staff, &address),
        pager: Pager::new(&page, &address, total, ("entry", "entries")),
        rows: page.rows.iter().map(|entry| row(&admin, entry, &address)).collect(),
        own: !scope.all,
        brief: filter.is_brief(),
        admin,
    })
}

async fn notice(admin: &Admin) -> Result<Notice> {
    let waiting = unsealed(admin.read()).await?;
    let Some(seal) = last_seal(admin.read()).await? else {
        return Ok(Notice {
            tone: "warn",
            icon: "alert-triangle",
            title: "Nothing is sealed yet.".into(),
            text: "The first seal follows the first entry within seconds.".into(),
        });
    };
    let late = waiting.age_seconds > 10;
    let text =
        format!("{} waiting. Each entry is hashed by the database and sealed with a signature about once a second.", number(waiting.rows));
    Ok(Notice {
        tone: if late { "bad" } else { "ok" },
        icon: if late { "alert-triangle" } else { "shield-check" },
        title: if late {
            format!("Sealing is {} seconds behind.", waiting.age_seconds)
        } else {
            format!("Sealed up to seal {}.", number(seal.seal_no))
        },
        text,
    })
}

fn row(admin: &Admin, entry: &Entry, address: &Address) -> Row {
    let (target, target_href) = words::target(entry);
    Row {
        at: admin.time(entry.at),
        href: format!("{PATH}/{}", entry.id),
        actor: words::actor(entry),
        role: words::role(entry),
        action: entry.action.clone(),
        action_href: address.with("action", &entry.action),
        target,
        target_kind: entry.target_kind.clone().unwrap_or_default(),
        target_href,
        changes: entry.changes.iter().flat_map(differences).collect(),
        reason: entry.reason.clone().unwrap_or_default(),
        outcome: words::outcome(entry),
        address: words::address(entry),
        failed: entry.outcome != "done",
    }
}

fn filters(admin: &Admin, filter: &Filter, staff: &[(uuid::Uuid, String)]) -> Filters {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let people = std::iter::once(("me".to_owned(), "You".to_owned())).chain(staff.iter().map(|(id, name)| (id.to_string(), name.clone())));
    let named = |words: &[(&str, &str)]| words.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect::<Vec<_>>();
    let outcomes: Vec<_> = Outcome::choices().collect();
    Filters {
        q: filter.q.clone().unwrap_or_default(),
        actors: choices("Anybody", people, filter.actor.as_deref()),
        actions: choices(
            "Any action",
            words::ACTIONS.iter().map(|action| ((*action).to_owned(), (*action).to_owned())),
            filter.action.as_deref(),
        ),
        outcomes: choices("Any outcome", named(&outcomes), filter.outcome.map(Outcome::code)),
        kinds: choices("Any target", named(&KINDS), filter.kind.as_deref()),
        from: day(filter.from),
        to: day(filter.to),
        zone: admin.signed().time_zone.clone(),
    }
}

fn choices(any: &str, all: impl IntoIterator<Item = (String, String)>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |(value, label): (String, String)| Choice { selected: chosen == Some(value.as_str()), value, label };
    let none = Choice { value: String::new(), label: any.into(), selected: chosen.is_none() };
    std::iter::once(none).chain(all.into_iter().map(choice)).collect()
}

fn chips(filter: &Filter, staff: &[(uuid::Uuid, String)], address: &Address) -> Vec<Chip> {
    let name = |id: &String| staff.iter().find(|(known, _)| known.to_string() == *id).map_or_else(|| id.clone(), |(_, name)| name.clone());
    let set = filter.words().into_iter().map(|(name_of, key, value)| Chip {
        name: name_of,
        value: if key == "actor" { name(&value) } else { value },
        remove: address.without(key),
    });
    set.collect()
}
