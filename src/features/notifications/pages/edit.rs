//! Changing a notification that is not sent yet. Whoever was faster is shown; what was typed stays.
use super::form::{Editor, as_typed, editor};
use super::{PATH, crumbs, subject};
use crate::features::notifications::actions::{EditNotification, SaveFields};
use crate::features::notifications::model::{Notification, State};
use crate::kernel::{Crowd, Error, Result};
use crate::web::parts::Difference;
use crate::web::{Admin, Flash, Form, Path, Submitted, html, respond, see_other, unprocessable};
use axum::Extension;
use axum::response::Response;
use uuid::Uuid;

fn page(admin: Admin, crowd: Crowd, subject: &Notification, typed: &SaveFields) -> Editor {
    let page = editor(admin, crowd, typed, format!("{PATH}/{}/edit", subject.id));
    let note = match subject.state {
        State::Proposed => "It waits for approval. Once it is changed, it must be proposed anew.",
        State::Scheduled => "It is scheduled. Once it is changed, it is a draft again and must be sent anew.",
        _ => "",
    };
    Editor { title: "Change a notification", crumbs: crumbs(Some(subject)), step: "Edit", note, ..page }
}

/// The form.
pub async fn ask(admin: Admin, Extension(crowd): Extension<Crowd>, Path(id): Path<Uuid>) -> Result<Response> {
    let subject = subject(&admin, id).await?;
    if !subject.state.is_editable() {
        let sentence = format!("It is “{}”: it can no longer be changed. Duplicate it to say something else.", subject.state.label());
        return Err(Error::Conflict(sentence.into()));
    }
    let typed = as_typed(&subject, &admin.signed().time_zone);
    html(&page(admin, crowd, &subject, &typed))
}

/// Keeps it, and shows what it would do.
pub async fn submit(admin: Admin, Extension(crowd): Extension<Crowd>, Path(id): Path<Uuid>, form: Form<SaveFields>) -> Result<Response> {
    let before = subject(&admin, id).await?;
    let zone = admin.signed().time_zone.clone();
    let written = form.fields.parse(&zone, admin.site().platform_url.as_deref(), Some(&before.plan));
    let version = form.fields.version.unwrap_or_default();
    let submitted = match admin.submit(&form, written.map(|written| EditNotification { id, version, written })).await {
        Err(Error::Conflict(why)) if before.version != version && before.state.is_editable() => {
            return faster(admin, crowd, &before, &form.fields, &why);
        }
        other => other?,
    };
    match submitted {
        Submitted::Done(performed) => {
            admin.tell(Flash::ok("The draft is kept. Nothing is sent yet.").audit(performed.audit_id)).await?;
            Ok(see_other(&format!("{PATH}/{}/send", performed.output)))
        }
        Submitted::Invalid(invalid) => {
            let mut page = page(admin, crowd, &before, &form.fields);
            page.refuse(&invalid);
            unprocessable(&page)
        }
        _ => Err(Error::internal("what is done at once was asked about")),
    }
}

/// Somebody was faster: theirs beside what was typed. Sent again it takes the place of theirs.
fn faster(admin: Admin, crowd: Crowd, now: &Notification, mine: &SaveFields, _why: &str) -> Result<Response> {
    let theirs = as_typed(now, &admin.signed().time_zone);
    let words = |fields: &SaveFields| -> Vec<(&'static str, Option<String>)> {
        vec![
            ("Type", fields.kind.map(|kind| kind.label().to_owned())),
            ("Severity", fields.severity.map(|severity| severity.label().to_owned())),
            ("Title", fields.title.clone()),
            ("Message", fields.message.clone().map(|text| text.replace("\r\n", "\n"))),
            ("Button", fields.link_label.clone()),
            ("Leads to", fields.link_url.clone()),
            ("Active in days", fields.active_days.clone()),
            ("Only these users", fields.people.clone()),
            ("When", fields.when.map(|when| when.label().to_owned())),
            ("At", fields.at.clone()),
        ]
    };
    let pairs = words(&theirs).into_iter().zip(words(mine));
    let differ = pairs.filter_map(|((field, before), (_, after))| {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let (before, after) = (given(before), given(after));
        (before != after).then(|| Difference { field: field.to_owned(), before, after })
    });
    let conflict = Some(differ.collect());
    let mine = SaveFields { version: Some(now.version), ..mine.clone() };
    let page = Editor { conflict, ..page(admin, crowd, now, &mine) };
    respond::conflict(&page)
}
