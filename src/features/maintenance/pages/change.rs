//! Changing a window that is planned or on. Whoever was faster is shown; what was typed stays.
use super::form::{self, Conflict};
use super::{PATH, badge, done, subject};
use crate::features::maintenance::actions::times::{named, typed};
use crate::features::maintenance::actions::{ChangeFields, PlanFields};
use crate::features::maintenance::model::{State, Window};
use crate::kernel::{Error, Result};
use crate::web::parts::Difference;
use crate::web::{Admin, Flash, Form, Path, Submitted, html, respond, unprocessable};
use axum::response::Response;
use uuid::Uuid;

/// A window as its fields hold it.
fn as_typed(window: &Window, zone: &str) -> PlanFields {
    let tz = named(zone);
    PlanFields {
        message: Some(window.message.clone()),
        starts_at: (window.state == State::Planned).then(|| typed(window.starts_at, &tz)),
        ends_at: Some(window.ends_at.map(|end| typed(end, &tz)).unwrap_or_default()),
        zone: Some(zone.to_owned()),
    }
}

fn page(admin: Admin, window: &Window, filled: &PlanFields, zone: String) -> form::Window {
    let is_on = window.state == State::Active;
    form::Window {
        title: if is_on { "Change the maintenance that is on" } else { "Change a planned window" },
        step: "Change",
        lead: "Users see the change within seconds.",
        badges: vec![badge(window.state)],
        post: format!("{PATH}/{}/change", window.id),
        fields: form::fields(filled, &zone, is_on),
        hidden: vec![("version", window.version.to_string()), ("zone", zone)],
        errors: Vec::new(),
        confirm: "Save the change",
        conflict: None,
        admin,
    }
}

/// The form.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let window = subject(&admin, id).await?;
    if !window.is_to_come_or_on() {
        return Err(Error::Conflict("This window is over: there is nothing left to change.".into()));
    }
    let zone = admin.signed().time_zone.clone();
    html(&page(admin, &window, &as_typed(&window, &zone), zone))
}

/// Changes it.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<ChangeFields>) -> Result<Response> {
    let own = admin.signed().time_zone.clone();
    let zone = form.fields.zone.clone().unwrap_or_else(|| own.clone());
    let window = subject(&admin, id).await?;
    let submitted = match admin.submit(&form, form.fields.parse(&window, &own)).await {
        Err(Error::Conflict(why)) => return faster(admin, id, &form.fields, &zone, why.into()).await,
        other => other?,
    };
    match submitted {
        Submitted::Done(performed) => done(&admin, performed.audit_id, Flash::ok("The window is changed.")).await,
        Submitted::Invalid(invalid) => {
            let mut page = page(admin, &window, &form.fields.as_plan(), zone);
            // What was looked at, not what is there now: else the next try would not notice that somebody was faster.
            page.hidden[0].1 = form.fields.version.unwrap_or_default().to_string();
            page.refuse(&invalid);
            unprocessable(&page)
        }
        _ => Err(Error::internal("what is done at once was asked about")),
    }
}

/// Somebody was faster: theirs beside what was typed. Sent again it takes the place of theirs.
async fn faster(admin: Admin, id: Uuid, fields: &ChangeFields, zone: &str, why: String) -> Result<Response> {
    let window = subject(&admin, id).await?;
    let (theirs, mine) = (as_typed(&window, zone), fields.as_plan());
    let pairs = [
        ("What users are told", theirs.message, &mine.message),
        ("Begins", theirs.starts_at, &mine.starts_at),
        ("Ends", theirs.ends_at, &mine.ends_at),
    ];
    let differs = |(field, theirs, mine): (&str, Option<String>, &Option<String>)| {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty()).map(|text| text.replace('T', " "));
        let (before, after) = (given(theirs), given(mine.clone()));
        (before != after).then(|| Difference { field: field.to_owned(), before, after })
    };
    let changes = pairs.into_iter().filter_map(differs).collect();
    let mut page = page(admin, &window, &mine, zone.to_owned());
    page.conflict = Some(Conflict { why, changes });
    respond::conflict(&page)
}
