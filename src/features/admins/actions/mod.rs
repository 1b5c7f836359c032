//! What can be done with an admin account, a file each.
mod change_role;
mod delete;
mod disable;
mod enable;
mod end_sessions;
mod invite;
mod links;
mod reset_factors;
mod reset_password;

pub use change_role::{ChangeAdminRole, RoleFields};
pub use delete::DeleteAdmin;
pub use disable::DisableAdmin;
pub use enable::EnableAdmin;
pub use end_sessions::EndAdminSessions;
pub use invite::{InviteAdmin, InviteFields};
pub use links::{RevokeLink, SendLink};
pub use reset_factors::ResetFactors;
pub use reset_password::ResetPassword;

use super::model::{Account, Status};
use crate::gateways::mail::Letter;
use crate::kernel::{Actor, Error, Invalid, Result, Why};
use serde::Deserialize;
use uuid::Uuid;

/// The page that a one-time link opens.
const WELCOME: &str = "/welcome/";

/// Nobody saws off the branch they sit on: that takes another super admin.
fn not_oneself(actor: &Actor, id: Uuid, what: &str) -> Result<()> {
    if actor.id() == Some(id) {
        return Err(Error::Conflict(format!("You cannot {what} yourself. Another super admin can.").into()));
    }
    Ok(())
}

fn not_deleted(account: &Account) -> Result<()> {
    if account.status == Status::Deleted {
        return Err(Error::Conflict("This account is deleted: there is nothing left to do.".into()));
    }
    Ok(())
}

/// A letter to the account's owner, who hears of everything that is done with it.
fn letter(to: &Account, subject: &str, actor: &Actor, text: &str) -> Letter {
    let text =
        format!("Hello {},\n\n{text}\n\nBy {}. If you did not expect this, tell another super admin.", to.name.trim(), actor.name.trim());
    Letter::new(to.email.as_str(), subject, text)
}

/// The form of everything that only asks why.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhyFields {
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl WhyFields {
    /// The reason, which must be given.
    pub fn parse(&self) -> Result<Why, Invalid> {
        Why::required(self.reason.as_deref(), self.ticket.as_deref())
    }
}
