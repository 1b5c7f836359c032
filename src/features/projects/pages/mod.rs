//! What can be seen of a project: its page, its state as it is, and what a version changed.
pub mod raw;
mod rows;
pub mod show;
pub mod version;

use super::model::LONGEST;
use super::store::Project;
use crate::kernel::{Error, Result};
use crate::web::parts::Badge;
use crate::web::show::number;
use serde_json::Value;

/// A state's size for people.
fn size(bytes: i32) -> String {
    match i64::from(bytes) {
        bytes @ ..10_000 => format!("{} bytes", number(bytes)),
        bytes @ 10_000..10_000_000 => format!("{} kB", number(bytes / 1_000)),
        bytes => format!("{} MB", number(bytes / 1_000_000)),
    }
}

/// A project's name, or what stands in for it.
fn title(project: &Project) -> String {
    if project.name.trim().is_empty() { "Project without a name".into() } else { project.name.clone() }
}

/// A project's status.
fn status(word: &str) -> Badge {
    match word {
        "active" => Badge::new("ok", "Active"),
        "draft" => Badge::new("", "Draft"),
        "archived" => Badge::new("", "Archived"),
        other => Badge::new("", other),
    }
}

/// Reads a document where it keeps nobody waiting: nothing, when it is deeper than is read.
async fn read(text: String) -> Result<Option<Value>> {
    if i32::try_from(text.len()).unwrap_or(i32::MAX) > LONGEST {
        return Ok(None);
    }
    tokio::task::spawn_blocking(move || serde_json::from_str(&text).ok()).await.map_err(Error::internal)
}
