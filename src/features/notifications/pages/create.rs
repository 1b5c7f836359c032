//! Writing a new notification.
use super::form::{Editor, editor};
use super::{PATH, crumbs};
use crate::codes;
use crate::features::notifications::actions::{DraftNotification, SaveFields};
use crate::features::notifications::model::Channel;
use crate::features::notifications::store::people;
use crate::kernel::{Crowd, Error, Result};
use crate::web::{Admin, Flash, Form, Query, Submitted, html, see_other, unprocessable};
use axum::Extension;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// Whom it is to be for, when one comes from the list of users.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// That list's query.
    pub users: Option<String>,
    /// An alert: it is for those whom that hurts.
    pub alert: Option<Uuid>,
    /// Those that were ticked in that list.
    #[serde(rename = "ids[]", default)]
    pub ids: Vec<Uuid>,
    /// The list that they were ticked in: always that of users.
    pub list: Option<Listed>,
}

codes! {
    /// The list that people can be ticked in.
    pub enum Listed { Users = "users" / "Users" }
}

fn page(admin: Admin, crowd: Crowd, typed: &SaveFields) -> Editor {
    let page = editor(admin, crowd, typed, format!("{PATH}/new"));
    Editor { title: "Write a notification", crumbs: crumbs(None), step: "New", ..page }
}

/// The form.
pub async fn ask(admin: Admin, Extension(crowd): Extension<Crowd>, Query(asked): Query<Asked>) -> Result<Response> {
    if let Some(query) = &asked.users {
        crowd.words(query)?;
    }
    if asked.list.is_some() && asked.ids.is_empty() {
        return Err(Error::Malformed("Tick some users in the list first.".into()));
    }
    let ticked: Vec<String> = asked.ids.iter().map(Uuid::to_string).collect();
    let people = match asked.alert {
        Some(alert) => Some(people::of_alert(admin.read(), alert).await?),
        None => Some(ticked.join("\n")).filter(|ids| !ids.is_empty()),
    };
    let blank = SaveFields { channels: vec![Channel::InApp], narrowed: asked.users, people, ..SaveFields::default() };
    html(&page(admin, crowd, &blank))
}

/// Keeps it as a draft, and shows what it would do.
pub async fn submit(admin: Admin, Extension(crowd): Extension<Crowd>, form: Form<SaveFields>) -> Result<Response> {
    let zone = admin.signed().time_zone.clone();
    let written = form.fields.parse(&zone, admin.site().platform_url.as_deref(), None);
    let action = written.map(|written| DraftNotification { id: form.key, written });
    match admin.submit(&form, action).await? {
        Submitted::Done(performed) => {
            admin.tell(Flash::ok("The draft is kept. Nothing is sent yet.").audit(performed.audit_id)).await?;
            Ok(see_other(&format!("{PATH}/{}/send", performed.output)))
        }
        Submitted::Invalid(invalid) => {
            let mut page = page(admin, crowd, &form.fields);
            page.refuse(&invalid);
            unprocessable(&page)
        }
        _ => Err(Error::internal("what is done at once was asked about")),
    }
}
