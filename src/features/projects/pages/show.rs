//! A project on one page: what it is now, what was made for it and how it came to be; a panel that fails does not take the others with it.
use super::rows::{self, CharacterRow, GenerationRow, ModelRow, WorkflowRow};
use super::{read, size, status, title};
use crate::features::projects::model::LONGEST;
use crate::features::projects::store::made::{self, COUNTED, Cost};
use crate::features::projects::store::{self, Project, Version};
use crate::kernel::{Error, Result};
use crate::web::parts::{Badge, Failed, Person, Stat};
use crate::web::show::{Moment, number, short};
use crate::web::tree::{self, Drawing, Piece};
use crate::web::{Admin, Path, Query, html};
use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// What a panel shows, or that it could not be loaded.
type Panel<T> = std::result::Result<T, Failed>;

/// Which part of the state is drawn.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    at: Option<String>,
    from: Option<usize>,
}

#[derive(Template)]
#[template(path = "projects/show.html")]
struct Show {
    admin: Admin,
    id: Uuid,
    title: String,
    kind: String,
    badges: Vec<Badge>,
    owner: Person,
    created: Moment,
    updated: Moment,
    stats: Vec<Stat>,
    size: String,
    at: String,
    /// Nothing: it is too long to be drawn, or deeper than is read.
    state: Panel<Option<Vec<Piece>>>,
    versions: Panel<Vec<VersionRow>>,
    workflows: Panel<Vec<WorkflowRow>>,
    generations: Panel<Vec<GenerationRow>>,
    characters: Panel<Vec<CharacterRow>>,
    models: Panel<Vec<ModelRow>>,
}

/// A version of the state.
struct VersionRow {
    no: i32,
    href: String,
    state: Badge,
    size: String,
    by: String,
    at: Moment,
}

/// The page. One connection reads all of it.
pub async fn show(admin: Admin, Path(id): Path<Uuid>, Query(asked): Query<Asked>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let project = store::find(&mut db, id).await?;
    let text = if project.bytes <= LONGEST { store::state(&mut db, id).await.map(Some) } else { Ok(None) };
    let cost = panel(&admin, "the figures", made::cost(&mut db, id).await);
    let versions = panel(&admin, "the history", store::versions(&mut db, id).await);
    let workflows = panel(&admin, "the workflows", made::workflows(&mut db, id).await);
    let generations = panel(&admin, "the generations", made::generations(&mut db, id).await);
    let characters = panel(&admin, "the characters", made::characters(&mut db, id).await);
    let models = panel(&admin, "the models", made::models(&mut db, id).await);
    db.keep();
    let at = asked.at.unwrap_or_default();
    let home = format!("/admin/projects/{id}");
    let each = &admin;
    html(&Show {
        id,
        title: title(&project),
        kind: crate::web::ask::words(&project.kind),
        badges: badges(&project),
        owner: Person::user(project.user_id, &project.user_name, &project.user_email),
        created: admin.time(project.created_at),
        updated: admin.time(project.updated_at),
        stats: cost.map(|cost| stats(&cost)).unwrap_or_default(),
        size: size(project.bytes),
        state: panel(&admin, "the state", drawn(text, &at, asked.from.unwrap_or_default(), &home).await),
        at: short(&at, 200),
        versions: list(versions, |row| version_row(each, id, row)),
        workflows: list(workflows, |row| rows::workflow(each, row)),
        generations: list(generations, |row| rows::generation(each, row)),
        characters: list(characters, rows::character),
        models: list(models, rows::model),
        admin,
    })
}

/// Draws a part of a state.
async fn drawn(text: Result<Option<String>>, at: &str, from: usize, page: &str) -> Result<Option<Vec<Piece>>> {
    let Some(text) = text? else { return Ok(None) };
    let Some(document) = read(text).await? else { return Ok(None) };
    let drawing = Drawing { page, at, from, hides: tree::hides_nothing };
    tree::draw(&document, &drawing).map(Some).ok_or_else(|| Error::NotFound("There is no such part of the state.".into()))
}

fn badges(project: &Project) -> Vec<Badge> {
    let step = project.step.as_deref().map(|step| Badge::new("info", format!("At {step}")));
    let blocked = project.blocked_by.as_deref().map(|why| Badge::new("bad", "Blocked").because(why));
    [Some(status(&project.status)), step, blocked].into_iter().flatten().collect()
}

fn stats(cost: &Cost) -> Vec<Stat> {
    let counted = |count: i64| if count >= COUNTED { format!("{}+", number(count)) } else { number(count) };
    let failed = |count: i64| if count > 0 { (format!("{} failed", number(count)), "bad") } else { (String::new(), "") };
    let stat = |label: &str, value: String, (note, tone): (String, &'static str), href: &str| Stat {
        label: label.into(),
        value,
        note,
        tone,
        href: href.into(),
    };
    vec![
        stat("Credits spent", number(cost.credits), (format!("on {} done", number(cost.done)), ""), ""),
        stat("Generations", counted(cost.generations), failed(cost.failed), "#generations"),
        stat("Workflows", counted(cost.workflows), failed(cost.failed_workflows), "#workflows"),
    ]
}

fn version_row(admin: &Admin, project: Uuid, row: Version) -> VersionRow {
    VersionRow {
        no: row.version,
        href: format!("/admin/projects/{project}/states/{}", row.version),
        state: status(&row.status),
        size: size(row.bytes),
        by: row.by.unwrap_or_default(),
        at: admin.time(row.at),
    }
}

fn panel<T>(admin: &Admin, what: &'static str, read: Result<T>) -> Panel<T> {
    read.map_err(|error| {
        tracing::error!(what, %error, "a panel failed");
        Failed { what, request_id: admin.request_id(), retry: admin.here().to_owned() }
    })
}

fn list<R, T>(rows: Panel<Vec<R>>, each: impl Fn(R) -> T) -> Panel<Vec<T>> {
    rows.map(|rows| rows.into_iter().map(each).collect())
}
