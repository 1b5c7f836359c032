//! Inviting: an account without a password, and a link to choose one.
use super::{WELCOME, letter};
use crate::features::admins::model::{Account, Status};
use crate::features::admins::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Invalid, OneTime, Permission, Result, Role, Target, Tx, id};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Hours in which an invitation must be taken up (OWASP ASVS 5.0, 6.4.1).
pub const HOURS: i32 = 24;

/// Invites somebody to the staff.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InviteAdmin {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub link: OneTime,
}

impl Action for InviteAdmin {
    const NAME: &'static str = "admins.invite";
    const EVENT: &'static str = "admin_user_created";
    const PERMISSION: Permission = Permission::AdminsManage;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Undoable;
    type Output = Uuid;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<Uuid>> {
        let account = Account {
            id: id::new(),
            email: self.email,
            name: self.name,
            role: self.role,
            status: Status::Invited,
            status_reason: None,
            password: false,
            authenticator_app: false,
            passkeys: 0,
            recovery_codes: 0,
        };
        store::invite(tx, &account, actor.id()).await?;
        store::make_link(tx, account.id, &self.link, ("activate", HOURS), actor.id()).await?;
        letter(&account, "You are invited to Backlot", actor, &invitation(account.role))
            .link(WELCOME, self.link.id)
            .post(tx, actor)
            .await?;
        Ok(Applied::to(Target::of(&account), account.id).change(Change::made(&account)?).event(json!({ "role": account.role })))
    }
}

/// What an invitation says.
pub fn invitation(role: Role) -> String {
    format!(
        "you are invited to the back office as {}. The link under this letter lets you choose a password; it works once, for {HOURS} hours. \
         Have a phone with an authenticator app at hand, or a passkey.",
        role.label().to_lowercase()
    )
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InviteFields {
    pub email: Option<String>,
    pub name: Option<String>,
    pub role: Option<Role>,
}

impl InviteFields {
    /// The action that was asked for; everything that is wrong is said together.
    pub fn parse(&self, link: OneTime) -> Result<InviteAdmin, Invalid> {
        let mut invalid = Invalid::default();
        let email = self.email.as_deref().unwrap_or("").trim().to_lowercase();
        let name = self.name.as_deref().unwrap_or("").trim().to_owned();
        if let Some(objection) = objection_to_email(&email) {
            invalid.fields.push(("email", objection.to_owned()));
        }
        if name.is_empty() || name.chars().count() > 200 || name.contains(char::is_control) {
            invalid.fields.push(("name", "Give a name of at most 200 characters, on one line.".to_owned()));
        }
        match self.role {
            Some(role) if invalid.fields.is_empty() => Ok(InviteAdmin { email, name, role, link }),
            None => {
                invalid.fields.push(("role", "Choose what they are here for.".to_owned()));
                Err(invalid)
            }
            Some(_) => Err(invalid),
        }
    }
}

/// A letter must be able to go there: one `@`, something on both sides, no blanks. Whether it arrives shows when it is taken up.
fn objection_to_email(email: &str) -> Option<&'static str> {
    let well_formed = email.len() <= 254
        && !email.contains(|letter: char| letter.is_whitespace() || letter.is_control() || ",;<>()\"".contains(letter))
        && email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && local.len() <= 64
                && !domain.contains('@')
                && domain.contains('.')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        });
    (!well_formed).then_some("Give one e-mail address, such as ada@example.com.")
}
