//! What an admin can change about their passkeys.
use super::own;
use crate::features::account::store::{self, passkeys as rows};
use crate::gateways::mail::Letter;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Invalid, Permission, Result, Target, Tx};
use crate::web::passkeys::{self, NewPasskey};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// The longest name, in characters.
const LONGEST: usize = 100;
/// How many passkeys one account may have: more than anybody has devices.
const MOST: i64 = 20;

/// A name in one line, or nothing.
fn named(name: Option<&str>) -> Result<Option<String>, Invalid> {
    let name = name.map(str::trim).filter(|name| !name.is_empty());
    match name {
        Some(name) if name.chars().count() > LONGEST || name.contains(char::is_control) => {
            Err(Invalid::field("name", format!("Use one line of at most {LONGEST} characters.")))
        }
        name => Ok(name.map(str::to_owned)),
    }
}

/// Adds a passkey that a device has just made.
#[derive(Clone, Serialize, Deserialize)]
pub struct AddPasskey {
    pub passkey: NewPasskey,
}

impl Action for AddPasskey {
    const NAME: &'static str = "account.add_passkey";
    const EVENT: &'static str = "admin_passkey_added";
    const PERMISSION: Permission = Permission::Own;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let admin = own(actor)?;
        let account = store::lock(tx, admin).await?;
        let count = passkeys::count(tx, admin).await?;
        if count >= MOST {
            return Err(Error::field("", format!("You have {count} passkeys, which is the most. Remove one first.")));
        }
        let row = passkeys::insert(tx, admin, &self.passkey).await?;
        let text =
            format!("“{}” can sign in to your account from now on.\n\nIf that was not you, remove it, and tell a super admin.", row.name);
        Letter::new(account.email.as_str(), "A passkey was added to your account", text).post(tx, actor).await?;
        Ok(Applied::to(Target::of(&account), row.name.clone()).change(Change::made(&row)?).event(json!({ "passkeys": count + 1 })))
    }
}

/// Calls a passkey something else.
#[derive(Clone, Serialize, Deserialize)]
pub struct RenamePasskey {
    pub id: Uuid,
    pub name: String,
}

impl Action for RenamePasskey {
    const NAME: &'static str = "account.rename_passkey";
    const EVENT: &'static str = "admin_passkey_renamed";
    const PERMISSION: Permission = Permission::Own;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let admin = own(actor)?;
        let account = store::lock(tx, admin).await?;
        let before = passkeys::lock(tx, admin, self.id).await?;
        rows::rename(tx, self.id, &self.name).await?;
        let after = passkeys::lock(tx, admin, self.id).await?;
        Ok(Applied::to(Target::of(&account), after.name.clone()).change(Change::updated(&before, &after)?))
    }
}

/// Removes a passkey: nobody signs in with it any more.
#[derive(Clone, Serialize, Deserialize)]
pub struct RemovePasskey {
    pub id: Uuid,
}

impl Action for RemovePasskey {
    const NAME: &'static str = "account.remove_passkey";
    const EVENT: &'static str = "admin_passkey_removed";
    const PERMISSION: Permission = Permission::Own;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let admin = own(actor)?;
        let account = store::lock(tx, admin).await?;
        let before = passkeys::lock(tx, admin, self.id).await?;
        let left = passkeys::count(tx, admin).await? - 1;
        if left == 0 && !rows::has_app(tx, admin).await? {
            return Err(Error::field("", "You would have no second factor left. Add another passkey first."));
        }
        rows::remove(tx, self.id).await?;
        let text = format!("Nobody can sign in with “{}” any more.\n\nIf that was not you, tell a super admin.", before.name);
        Letter::new(account.email.as_str(), "A passkey was removed from your account", text).post(tx, actor).await?;
        Ok(Applied::to(Target::of(&account), before.name.clone()).change(Change::removed(&before)?).event(json!({ "passkeys": left })))
    }
}

/// The form of a new one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddFields {
    pub name: Option<String>,
    #[serde(default)]
    pub credential: String,
    #[serde(default)]
    pub ceremony: String,
}

impl AddFields {
    /// The action that was asked for, with the passkey that the answer holds.
    pub fn parse(&self, made: impl FnOnce() -> Result<NewPasskey, Invalid>) -> Result<AddPasskey, Invalid> {
        let name = named(self.name.as_deref())?;
        let passkey = made()?;
        Ok(AddPasskey { passkey: NewPasskey { name: name.unwrap_or_else(|| passkey.name.clone()), ..passkey } })
    }
}

/// The form of another name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameFields {
    pub name: Option<String>,
}

impl RenameFields {
    /// The action that was asked for.
    pub fn parse(&self, id: Uuid) -> Result<RenamePasskey, Invalid> {
        let name = named(self.name.as_deref())?.ok_or_else(|| Invalid::field("name", "Give it a name."))?;
        Ok(RenamePasskey { id, name })
    }
}

/// The form of removing: it has no fields.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveFields {}
