//! What an admin can change about themselves, a file each.
mod change_password;
mod end_other_sessions;
mod end_session;
mod passkeys;
mod renew_codes;
mod replace_factor;
mod set_name;
mod set_preferences;
mod set_theme;

pub use change_password::{ChangePassword, PasswordFields};
pub use end_other_sessions::EndOtherSessions;
pub use end_session::EndSession;
pub use passkeys::{AddFields, AddPasskey, RemoveFields, RemovePasskey, RenameFields, RenamePasskey};
pub use renew_codes::RenewCodes;
pub use replace_factor::{FactorFields, ReplaceFactor};
pub use set_name::{NameFields, SetName};
pub use set_preferences::{PreferenceFields, SetPreferences};
pub use set_theme::{SetTheme, ThemeFields};

use crate::kernel::{Actor, Error, Result};
use serde::Deserialize;
use uuid::Uuid;

/// A form that is only a button.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}

/// Whose account it is: one's own, always.
fn own(actor: &Actor) -> Result<Uuid> {
    actor.id().ok_or_else(|| Error::internal("only an admin has an account"))
}
