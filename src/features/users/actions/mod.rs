//! What can be done with a user, a file each.
mod add_note;
pub mod bulk;
mod change_role;
mod change_tier;
mod end_sessions;
mod restore;
mod suspend;
mod tag;

pub use add_note::{AddNote, NoteFields};
pub use change_role::{ChangeRole, RoleFields};
pub use change_tier::{ChangeTier, TierFields};
pub use end_sessions::EndUserSessions;
pub use restore::{RestoreFields, RestoreUser};
pub use suspend::{SuspendFields, SuspendUser};
pub use tag::{AddTag, RemoveTag, TagFields, parse_tag};
