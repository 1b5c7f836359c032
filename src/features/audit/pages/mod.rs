//! What can be seen of the audit log, a file each.
pub mod index;
pub mod show;
pub mod verify;

use super::store::Scope;
use crate::kernel::Permission;
use crate::web::Admin;

/// Everybody's entries, or only one's own.
fn scope(admin: &Admin) -> Scope {
    Scope { me: admin.id(), all: admin.may(Permission::AuditReadAll) }
}
