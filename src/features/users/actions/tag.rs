//! Tags: what staff calls a user among themselves.
use crate::features::users::model::Tagged;
use crate::features::users::store::{self, tags};
use crate::kernel::{Action, Actor, Applied, Assurance, Audited, Caution, Change, Error, Invalid, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// The most tags of one user.
const MOST: usize = 20;

/// Adds a tag.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AddTag {
    pub user: Uuid,
    pub tag: String,
}

/// Takes a tag off.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemoveTag {
    pub user: Uuid,
    pub tag: String,
}

/// A tag as it was typed: lower case, with hyphens.
///
/// # Errors
/// What is wrong with it.
pub fn parse_tag(typed: Option<&str>) -> Result<String, Invalid> {
    let tag = typed.unwrap_or_default().trim().to_lowercase().replace([' ', '_'], "-");
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    match tag.len() {
        0 => Err(Invalid::field("tag", "Write a tag first.")),
        1..=40 if tag.chars().all(fits) && !tag.starts_with('-') => Ok(tag),
        _ => Err(Invalid::field("tag", "Use at most 40 letters from a to z, digits and hyphens.")),
    }
}

impl Action for AddTag {
    const NAME: &'static str = "users.tag";
    const EVENT: &'static str = "admin_user_tagged";
    const PERMISSION: Permission = Permission::UsersNote;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let user = store::lock(tx, self.user).await?;
        let before = tags::of(tx, self.user).await?;
        if before.len() >= MOST {
            return Err(Error::field("tag", format!("A user has at most {MOST} tags.")));
        }
        if !tags::add(tx, self.user, &self.tag, actor.id()).await? {
            return Err(Error::field("tag", "They have this tag already."));
        }
        let change = Change::made(&Tagged { user: self.user, label: user.label(), tag: self.tag.clone() })?;
        Ok(Applied::to(Target::of(&user), user.label()).change(change).event(json!({ "user_id": self.user, "tag": self.tag })))
    }
}

impl Action for RemoveTag {
    const NAME: &'static str = "users.untag";
    const EVENT: &'static str = "admin_user_untagged";
    const PERMISSION: Permission = Permission::UsersNote;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<String>> {
        let user = store::lock(tx, self.user).await?;
        if !tags::remove(tx, self.user, &self.tag).await? {
            return Err(Error::Conflict("They do not have this tag any more.".into()));
        }
        let change = Change::removed(&Tagged { user: self.user, label: user.label(), tag: self.tag.clone() })?;
        Ok(Applied::to(Target::of(&user), user.label()).change(change).event(json!({ "user_id": self.user, "tag": self.tag })))
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagFields {
    pub tag: Option<String>,
}
