//! What a user has: projects, characters, models, messages, notes.
use super::work::state;
use crate::features::users::store::{made, told};
use crate::web::Admin;
use crate::web::parts::Badge;
use crate::web::show::{Moment, short};
use uuid::Uuid;

/// A project.
pub struct ProjectRow {
    pub id: Uuid,
    pub name: String,
    pub detail: String,
    pub state: Badge,
}

pub fn project(admin: &Admin, row: made::Project) -> ProjectRow {
    let detail = format!("{} · changed {}", row.kind, admin.time(row.updated_at).ago);
    ProjectRow { id: row.id, name: row.name, detail, state: state(&row.status) }
}

/// A character.
pub struct CharacterRow {
    pub id: Uuid,
    pub name: String,
    pub detail: String,
}

pub fn character(admin: &Admin, row: made::Character) -> CharacterRow {
    let detail = if row.description.is_empty() { format!("made {}", admin.time(row.created_at).ago) } else { short(&row.description, 90) };
    CharacterRow { id: row.id, name: row.name, detail }
}

/// A LoRA model.
pub struct ModelTile {
    pub id: Uuid,
    pub name: String,
    pub state: Badge,
    pub pictures: Vec<String>,
    pub percent: Option<i32>,
    pub detail: String,
    pub error: String,
}

pub fn model(admin: &Admin, row: made::Model) -> ModelTile {
    let class = row.error_class.map(|class| format!(" · {class}")).unwrap_or_default();
    ModelTile {
        id: row.id,
        name: row.name,
        percent: (row.status == "training").then_some(row.progress),
        error: if row.status == "failed" { row.error.unwrap_or_default() } else { String::new() },
        state: state(&row.status),
        pictures: row.pictures.iter().map(|picture| format!("/admin/lora/{}/images/{picture}", row.id)).collect(),
        detail: format!("{}{class} · {}", row.base_model, admin.time(row.updated_at).ago),
    }
}

/// A message in their inbox.
pub struct Notice {
    pub title: String,
    pub at: Moment,
    pub state: Badge,
}

pub fn notice(admin: &Admin, row: told::Message) -> Notice {
    let state = match (row.is_read, row.is_seen) {
        (true, _) => Badge::new("ok", "Read"),
        (false, true) => Badge::new("info", "Seen"),
        _ => Badge::new("", "Unread"),
    };
    Notice { title: row.title, at: admin.time(row.created_at), state }
}

/// A note by the staff.
pub struct NoteRow {
    pub by: String,
    pub at: Moment,
    pub text: String,
}

pub fn note(admin: &Admin, row: told::StaffNote) -> NoteRow {
    NoteRow { by: row.by, at: admin.time(row.created_at), text: row.body }
}
