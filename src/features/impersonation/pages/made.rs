//! What the user has made: projects, characters, models.
use super::{Frame, state};
use crate::features::impersonation::store::studio;
use crate::kernel::Result;
use crate::web::parts::Badge;
use crate::web::show::Moment;
use crate::web::{Admin, Path, html};
use askama::Template;
use axum::response::Response;
use uuid::Uuid;

/// A project in a list.
pub struct ProjectRow {
    pub href: String,
    pub name: String,
    pub kind: String,
    pub state: Badge,
    pub changed: Moment,
}

/// As a row.
pub fn project_row(admin: &Admin, row: studio::Project) -> ProjectRow {
    ProjectRow {
        href: format!("/as/projects/{}", row.id),
        name: row.name,
        kind: row.kind,
        state: state(&row.status),
        changed: admin.time(row.updated_at),
    }
}

#[derive(Template)]
#[template(path = "impersonation/projects.html")]
struct Projects {
    frame: Frame,
    rows: Vec<ProjectRow>,
}

/// Their projects.
pub async fn projects(admin: Admin) -> Result<Response> {
    let rows = studio::projects(&mut *admin.look().await?, studio::MOST).await?;
    html(&Projects { rows: rows.into_iter().map(|row| project_row(&admin, row)).collect(), frame: Frame::of(admin, "/as/projects")? })
}

#[derive(Template)]
#[template(path = "impersonation/project.html")]
struct Project {
    frame: Frame,
    name: String,
    kind: String,
    state: Badge,
    created: Moment,
    changed: Moment,
    /// The state as JSON, cut where it is very long.
    text: String,
}

/// The longest state that is shown, in letters.
const LONGEST: usize = 100_000;

/// One project, with its state.
pub async fn project(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let row = studio::project(&mut *admin.look().await?, id).await?;
    let text = crate::web::show::short(&serde_json::to_string_pretty(&row.state)?, LONGEST);
    html(&Project {
        name: row.name,
        kind: row.kind,
        state: state(&row.status),
        created: admin.time(row.created_at),
        changed: admin.time(row.updated_at),
        text,
        frame: Frame::of(admin, "/as/projects")?,
    })
}

#[derive(Template)]
#[template(path = "impersonation/characters.html")]
struct Characters {
    frame: Frame,
    rows: Vec<CharacterRow>,
}

struct CharacterRow {
    name: String,
    about: String,
    project: Option<String>,
    made: Moment,
}

/// Their characters.
pub async fn characters(admin: Admin) -> Result<Response> {
    let rows = studio::characters(&mut *admin.look().await?).await?;
    let row = |row: studio::Character| CharacterRow {
        name: row.name,
        about: row.description,
        project: row.project,
        made: admin.time(row.created_at),
    };
    html(&Characters { rows: rows.into_iter().map(row).collect(), frame: Frame::of(admin.clone(), "/as/characters")? })
}

#[derive(Template)]
#[template(path = "impersonation/models.html")]
struct Models {
    frame: Frame,
    rows: Vec<ModelRow>,
}

struct ModelRow {
    name: String,
    base: String,
    trigger: String,
    state: Badge,
    percent: Option<i32>,
    error: Option<String>,
    changed: Moment,
    images: i64,
}

/// Their LoRA models.
pub async fn models(admin: Admin) -> Result<Response> {
    let rows = studio::models(&mut *admin.look().await?).await?;
    let row = |row: studio::Model| ModelRow {
        name: row.name,
        base: row.base_model,
        trigger: row.trigger_word,
        state: state(&row.status),
        percent: (row.status == "training").then_some(row.progress),
        error: row.error.filter(|_| row.status == "failed"),
        changed: admin.time(row.updated_at),
        images: row.images,
    };
    html(&Models { rows: rows.into_iter().map(row).collect(), frame: Frame::of(admin.clone(), "/as/models")? })
}
