//! What can be seen of proposals, and where they are decided; a file each.
pub mod decide;
pub mod index;
pub mod show;

use uuid::Uuid;

const PATH: &str = "/admin/approvals";

/// A proposal's own page.
fn home(id: Uuid) -> String {
    format!("{PATH}/{id}")
}
