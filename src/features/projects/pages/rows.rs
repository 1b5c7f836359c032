//! The lists of a project's page.
use crate::features::projects::store::made::{Character, Generation, Model, Workflow};
use crate::web::Admin;
use crate::web::parts::Badge;
use crate::web::show::{Moment, short};
use uuid::Uuid;

/// A run of a crew.
pub struct WorkflowRow {
    pub href: String,
    pub crew: String,
    pub state: Badge,
    pub failed: bool,
    pub attempt: i32,
    pub error: String,
    pub at: Moment,
}

pub fn workflow(admin: &Admin, row: Workflow) -> WorkflowRow {
    WorkflowRow {
        href: format!("/admin/workflows/{}", row.id),
        crew: short(&row.crew, 60),
        failed: row.state == "failed",
        state: state(&row.state),
        attempt: row.attempt,
        error: row.error.unwrap_or_default(),
        at: admin.time(row.at),
    }
}

/// A generation.
pub struct GenerationRow {
    pub id: Uuid,
    pub what: String,
    pub prompt: String,
    pub state: Badge,
    pub failed: bool,
    pub error: String,
    pub credits: String,
    pub at: Moment,
}

pub fn generation(admin: &Admin, row: Generation) -> GenerationRow {
    GenerationRow {
        id: row.id,
        what: format!("{}, {}", row.kind, row.quality),
        prompt: row.prompt,
        failed: row.status == "failed",
        state: state(&row.status),
        error: row.error.unwrap_or_default(),
        credits: row.credits.to_string(),
        at: admin.time(row.at),
    }
}

/// A character.
pub struct CharacterRow {
    pub id: Uuid,
    pub name: String,
    pub detail: String,
}

pub fn character(row: Character) -> CharacterRow {
    CharacterRow { id: row.id, name: row.name, detail: row.description }
}

/// A LoRA model.
pub struct ModelRow {
    pub id: Uuid,
    pub name: String,
    pub detail: String,
    pub state: Badge,
}

pub fn model(row: Model) -> ModelRow {
    ModelRow { id: row.id, name: row.name, detail: format!("draws {} · {}", row.character, row.base_model), state: state(&row.status) }
}

/// The badge of anything that waits, runs and ends.
fn state(word: &str) -> Badge {
    let label = crate::web::ask::words(word);
    match word {
        "done" | "ready" | "succeeded" => Badge::new("ok", label),
        "failed" => Badge::new("bad", label),
        "running" | "training" => Badge::new("info", label),
        "queued" | "pending" | "awaiting_human" | "unknown" => Badge::new("warn", label),
        _ => Badge::new("", label),
    }
}
