//! What can be done with a user, a file each.
mod add_note;
mod change_role;
mod change_tier;
mod end_sessions;
mod restore;
mod suspend;

pub use add_note::{AddNote, NoteFields};
pub use change_role::{ChangeRole, RoleFields};
pub use change_tier::{ChangeTier, TierFields};
pub use end_sessions::EndUserSessions;
pub use restore::{RestoreFields, RestoreUser};
pub use suspend::{SuspendFields, SuspendUser};

use crate::kernel::Invalid;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 1_000;

/// A reason that must be given.
fn reason(typed: Option<&str>) -> Result<String, Invalid> {
    let reason = typed.unwrap_or_default().trim();
    match reason.chars().count() {
        0..3 => Err(Invalid::field("reason", "Say why, in a few words: it goes on the record.")),
        length if length > LONGEST_REASON => Err(Invalid::field("reason", format!("Use at most {LONGEST_REASON} characters; these are {length}."))),
        _ => Ok(reason.to_owned()),
    }
}

/// A ticket that may be given: a short reference or a web address.
fn ticket(typed: Option<&str>) -> Result<Option<String>, Invalid> {
    let ticket = typed.unwrap_or_default().trim();
    match ticket.chars().count() {
        0 => Ok(None),
        length if length > 300 => Err(Invalid::field("ticket", "Use at most 300 characters.")),
        _ if ticket.contains(char::is_control) => Err(Invalid::field("ticket", "Use one line of plain text.")),
        _ => Ok(Some(ticket.to_owned())),
    }
}
