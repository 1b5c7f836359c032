//! Everything about one person on one page; a panel that fails does not take the others with it.
use super::facts::{self, Fact, Head};
use super::money::{self, Credits, PaymentRow, Subscription};
use super::panels::{self, CharacterRow, ModelTile, NoteRow, Notice, ProjectRow};
use super::work::{self, JobRow};
use crate::features::users::store::{self, doings, panels as rows};
use crate::kernel::{Invalid, Result};
use crate::web::parts::{Errors, Event, Failed, Field, MenuAction, Stat};
use crate::web::{Admin, Path, html};
use askama::Template;
use axum::response::Response;
use uuid::Uuid;

type Panel<T> = std::result::Result<T, Failed>;

#[derive(Template)]
#[template(path = "users/show.html")]
pub struct Show {
    admin: Admin,
    user: Head,
    errors: Errors,
    actions: Vec<Vec<MenuAction>>,
    stats: Vec<Stat>,
    profile: Vec<Fact>,
    subscription: Panel<Option<Subscription>>,
    credits: Panel<Credits>,
    projects: Panel<Vec<ProjectRow>>,
    characters: Panel<Vec<CharacterRow>>,
    models: Panel<Vec<ModelTile>>,
    jobs: Panel<Vec<JobRow>>,
    payments: Panel<Vec<PaymentRow>>,
    notifications: Panel<Vec<Notice>>,
    notes: Panel<Vec<NoteRow>>,
    note: Field,
    timeline: Panel<Vec<Event>>,
}

/// The page.
pub async fn show(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    html(&page(admin, id, None, &Invalid::default()).await?)
}

/// The page, with what was typed into the note and what is wrong with it. One connection reads all of it.
pub async fn page(admin: Admin, id: Uuid, typed: Option<&str>, invalid: &Invalid) -> Result<Show> {
    let mut db = admin.read().acquire().await?;
    let user = store::find(&mut *db, id).await?;
    let tally = panel(&admin, "the figures", rows::tally(&mut *db, id).await);
    let each = &admin;
    Ok(Show {
        user: Head::of(&admin, &user),
        errors: invalid.fields.clone(),
        actions: facts::actions(&admin, &user),
        stats: tally.map(|tally| facts::stats(&user, &tally)).unwrap_or_default(),
        profile: facts::profile(&user),
        subscription: panel(each, "the subscription", rows::subscription(&mut *db, id).await)
            .map(|row| row.map(|row| money::subscription(each, row))),
        credits: panel(each, "the credits", rows::credits(&mut db, id).await).map(|row| money::credits(each, row)),
        projects: list(each, "the projects", rows::projects(&mut *db, id).await, panels::project),
        characters: list(each, "the characters", rows::characters(&mut *db, id).await, panels::character),
        models: list(each, "the LoRA models", rows::models(&mut *db, id).await, panels::model),
        jobs: list(each, "the jobs", doings::work(&mut *db, id).await, work::job),
        payments: list(each, "the payments", rows::payments(&mut *db, id).await, money::payment),
        notifications: list(each, "the notifications", rows::messages(&mut *db, id).await, panels::notice),
        notes: list(each, "the notes", rows::notes(&mut *db, id).await, panels::note),
        note: Field::new("area", "body", "Note").hint("For your colleagues. It stays, with your name.").value(typed).refused(invalid),
        timeline: list(each, "the timeline", doings::timeline(&mut *db, id).await, work::event),
        admin,
    })
}

fn panel<T>(admin: &Admin, what: &'static str, read: Result<T>) -> Panel<T> {
    read.map_err(|error| {
        tracing::error!(what, %error, "a panel failed");
        Failed { what, request_id: admin.request_id(), retry: admin.here().to_owned() }
    })
}

fn list<R, T>(admin: &Admin, what: &'static str, read: Result<Vec<R>>, each: impl Fn(&Admin, R) -> T) -> Panel<Vec<T>> {
    panel(admin, what, read).map(|rows| rows.into_iter().map(|row| each(admin, row)).collect())
}
