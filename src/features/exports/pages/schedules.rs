//! Exports that come by the clock: what, when, and whether they come.
use super::{PATH, words};
use crate::features::exports::actions::{PauseExports, ResumeExports};
use crate::features::exports::filter::Whose;
use crate::features::exports::model::{Every, Schedule, ScheduleState};
use crate::features::exports::store::{list, schedules};
use crate::kernel::{Action, Error, Permission, Result};
use crate::web::parts::{Badge, Tab};
use crate::web::show::Moment;
use crate::web::{Admin, Flash, Form, Path, Query, Submitted, html, see_other};
use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "exports/schedules.html")]
struct Index {
    admin: Admin,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    label: String,
    when: String,
    of: &'static str,
    format: String,
    kept: String,
    by_mail: bool,
    by: String,
    state: Badge,
    active: bool,
    next: Option<Moment>,
    last: Option<Moment>,
}

/// Whose.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    whose: Option<Whose>,
}

/// Nothing but the button.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {}

/// The list.
pub async fn index(admin: Admin, Query(asked): Query<Asked>) -> Result<Response> {
    if asked.whose.is_some() {
        admin.desk().admit_reading(admin.actor(), Permission::ExportsAll, admin.here()).await?;
    }
    let mut db = admin.reader().await?;
    let found = schedules::list(&mut db, asked.whose.is_none().then(|| admin.id())).await?;
    let mut rows = Vec::with_capacity(found.len());
    for schedule in found {
        let (by, _) = list::owner(&mut db, schedule.owner).await?;
        rows.push(row(&admin, schedule, by));
    }
    db.keep();
    html(&Index { tabs: tabs(&admin, asked.whose.is_some()), rows, admin })
}

fn tabs(admin: &Admin, all: bool) -> Vec<Tab> {
    let tab = |href: &str, label, current| Tab { href: format!("{PATH}{href}"), label, current };
    let mut tabs = vec![tab("", "Files", false), tab("/schedules", "By the clock", !all)];
    if admin.may(Permission::ExportsAll) {
        tabs.push(tab("/schedules?whose=all", "Everybody's", all));
    }
    tabs
}

fn row(admin: &Admin, schedule: Schedule, by: String) -> Row {
    let Schedule { id, order, rhythm, state, why_paused, next_at, last_at, .. } = schedule;
    let tone = if state == ScheduleState::Active { "ok" } else { "warn" };
    Row {
        id: id.to_string(),
        when: when(rhythm.every, &rhythm.cron, &order.time_zone),
        of: rhythm.period.map_or("", crate::features::exports::model::Period::label),
        format: words::format(order.format, order.gzip),
        kept: format!("{} days", rhythm.keep_hours / 24),
        by_mail: rhythm.by_mail,
        by,
        state: Badge::new(tone, state.label()).because(why_paused.unwrap_or_default()),
        active: state == ScheduleState::Active,
        next: admin.time_if(next_at),
        last: admin.time_if(last_at),
        label: order.label,
    }
}

/// `Every week on Monday at 06:00, Europe/Berlin`.
fn when(every: Every, cron: &str, zone: &str) -> String {
    const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    let mut parts = cron.split(' ');
    let mut next = || parts.next().unwrap_or_default();
    let (minute, hour, day, _, weekday) = (next(), next(), next(), next(), next());
    let on = match every {
        Every::Day => String::new(),
        Every::Week => format!(" on {}", weekday.parse().ok().and_then(|day: usize| DAYS.get(day)).copied().unwrap_or(weekday)),
        Every::Month if day == "L" => " on its last day".to_owned(),
        Every::Month => format!(" on day {day}"),
    };
    format!("{}{on} at {hour:0>2}:{minute:0>2}, {zone}", every.label())
}

/// Whether this admin may look at a schedule. A refusal is on the record.
pub async fn may_see(admin: &Admin, owner: Uuid) -> Result<()> {
    if owner == admin.id() {
        return Ok(());
    }
    admin.desk().admit_reading(admin.actor(), Permission::ExportsAll, admin.here()).await
}

/// Pauses one.
pub async fn pause(admin: Admin, Path(id): Path<Uuid>, form: Form<Fields>) -> Result<Response> {
    let undo = (format!("{PATH}/schedules/{id}/resume"), "Resume");
    turn(&admin, &form, PauseExports { id }, "is paused", undo).await
}

/// Resumes one.
pub async fn resume(admin: Admin, Path(id): Path<Uuid>, form: Form<Fields>) -> Result<Response> {
    let undo = (format!("{PATH}/schedules/{id}/pause"), "Pause");
    turn(&admin, &form, ResumeExports { id }, "comes again", undo).await
}

async fn turn<A: Action<Output = String>>(
    admin: &Admin,
    form: &Form<Fields>,
    action: A,
    became: &str,
    undo: (String, &str),
) -> Result<Response> {
    match admin.submit(form, Ok(action)).await? {
        Submitted::Done(performed) => {
            let flash = Flash::ok(format!("“{}” {became}.", performed.output)).undo(undo.0, undo.1);
            admin.tell(flash.audit(performed.audit_id)).await?;
            Ok(see_other(&format!("{PATH}/schedules")))
        }
        Submitted::Invalid(invalid) => Err(Error::Invalid(invalid)),
        _ => Err(Error::internal("nothing is previewed here")),
    }
}
