//! One alert: what it is, whom it hurts, and what to do about it.
use super::rows::{self, Row};
use super::{PATH, lasted};
use crate::features::alerts::model::{Rule, Way};
use crate::features::alerts::store::list::{self, Row as Stored, Said};
use crate::features::alerts::store::people::{self, Person as Stricken};
use crate::kernel::{Permission, Result};
use crate::web::parts::{Badge, Event, MenuAction, Person};
use crate::web::show::{Moment, number};
use crate::web::{Admin, Path, html};
use askama::Template;
use axum::response::Response;
use uuid::Uuid;

/// How many of those whom it hurts are shown.
const SOME: i64 = 8;

#[derive(Template)]
#[template(path = "alerts/show.html")]
struct Show {
    admin: Admin,
    home: String,
    title: String,
    summary: String,
    badges: Vec<Badge>,
    open: bool,
    value: String,
    peak: String,
    threshold: String,
    fired: Moment,
    lasted: String,
    seen: Moment,
    note: String,
    setting: Option<&'static str>,
    told: String,
    people: i64,
    people_words: String,
    some: Vec<Person>,
    ways: Vec<Way>,
    actions: Vec<Vec<MenuAction>>,
    story: Vec<Event>,
    earlier: Vec<Row>,
}

/// The page, and the same asked for by itself.
pub async fn show(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let alert = list::find(&mut db, id).await?;
    let some = people::some(&mut db, id, SOME).await?;
    let said = list::said(&mut db, id).await?;
    let earlier = list::earlier(&mut db, &alert).await?;
    db.keep();
    html(&page(admin, &alert, some, (&said, &earlier)))
}

fn page(admin: Admin, alert: &Stored, some: Vec<Stricken>, around: (&[Said], &[Stored])) -> Show {
    let (said, earlier) = around;
    let rule = Rule::try_from(alert.rule.clone()).ok();
    let say = |value: f64| rule.map_or_else(|| value.to_string(), |rule| rule.say(value));
    let row = rows::row(&admin, alert);
    let people = i64::from(alert.people);
    Show {
        home: format!("{PATH}/{}", alert.id),
        title: row.title,
        summary: row.summary,
        badges: vec![row.severity, row.state],
        open: row.open,
        value: say(alert.value),
        peak: say(alert.peak),
        threshold: say(alert.threshold),
        fired: row.fired,
        lasted: row.lasted,
        seen: admin.time(alert.seen_at.into()),
        note: alert.note.clone().unwrap_or_default(),
        setting: rule.and_then(Rule::setting),
        told: rule.map(|rule| rule.roles().iter().map(|role| role.label()).collect::<Vec<_>>().join(", ")).unwrap_or_default(),
        people,
        people_words: if people >= 10_000 { "10,000 or more".into() } else { number(people) },
        some: some.iter().map(|one| Person::user(one.id, &one.name, &one.email)).collect(),
        ways: rule.map(|rule| rule.ways(&alert.subject)).unwrap_or_default(),
        actions: actions(&admin, alert, people),
        story: story(&admin, alert, said),
        earlier: earlier.iter().map(|one| rows::row(&admin, one)).collect(),
        admin,
    }
}

fn actions(admin: &Admin, alert: &Stored, people: i64) -> Vec<Vec<MenuAction>> {
    let home = format!("{PATH}/{}", alert.id);
    let over = alert.cleared_at.map(|_| "It has cleared.".to_owned());
    let action = |label: &str, icon, href: String, disabled| MenuAction { label: label.into(), icon, href, danger: false, disabled };
    let act = admin.lacks(Permission::AlertsAct);
    let nobody = (people == 0).then(|| "No user is known to be hurt.".to_owned());
    vec![
        vec![
            action("Acknowledge…", "user-check", format!("{home}/acknowledge"), act.clone().or(over)),
            action("Silence…", "eye-off", format!("{home}/silence"), act),
        ],
        vec![
            action(
                "Notify those whom it hurts…",
                "speakerphone",
                format!("/admin/notifications/new?alert={}", alert.id),
                admin.lacks(Permission::NotificationsSend).or(nobody),
            ),
            action("Begin maintenance…", "barrier-block", "/admin/maintenance/begin".into(), admin.lacks(Permission::MaintenanceEdit)),
        ],
    ]
}

/// What happened to it, newest first.
fn story(admin: &Admin, alert: &Stored, said: &[Said]) -> Vec<Event> {
    let event = |icon, tone, text: String, by: String, at: Moment, href: String| Event { icon, tone, text, by, at, href };
    let mut all: Vec<(jiff::Timestamp, Event)> = Vec::new();
    let mut push = |at: jiff::Timestamp, icon, tone, text: String, by: String, href: String| {
        all.push((at, event(icon, tone, text, by, admin.time(at), href)));
    };
    push(alert.fired_at.into(), "alert-circle", "bad", "It fired".into(), String::new(), String::new());
    if let Some(at) = alert.announced_at {
        push(at.into(), "mail", "", "Those whom it concerns were written to".into(), String::new(), String::new());
    }
    for one in said {
        let what = if one.what == "cleared" { "that it is over" } else { "that it fired" };
        let (tone, text) = match one.state.as_str() {
            "done" => ("ok", format!("The chat was told {what}")),
            "dead" => ("bad", format!("The chat could not be told {what}: {}", one.last_error.as_deref().unwrap_or("no reason is known"))),
            _ => ("warn", format!("The chat is still to be told {what}{}", tried(one))),
        };
        push(one.created_at, "message-2", tone, text, String::new(), format!("/admin/jobs/{}", one.id));
    }
    if let Some(at) = alert.acknowledged_at {
        let record = format!("/admin/audit?kind=alert&target={}", alert.id);
        push(at.into(), "user-check", "info", "Acknowledged".into(), alert.by_name.clone().unwrap_or_default(), record);
    }
    if let Some(at) = alert.cleared_at {
        let fired: jiff::Timestamp = alert.fired_at.into();
        let lasted = lasted(jiff::Timestamp::from(at).as_second() - fired.as_second());
        push(at.into(), "circle-check", "ok", format!("It cleared, after {lasted}"), String::new(), String::new());
    }
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    all.into_iter().map(|(_, event)| event).collect()
}

fn tried(said: &Said) -> String {
    said.last_error.as_ref().map(|error| format!("; the last try: {error}")).unwrap_or_default()
}
