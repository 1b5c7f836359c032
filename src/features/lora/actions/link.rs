//! Linking a model to a character of the same user, and to none.
use super::{must_be_seen, must_be_there};
use crate::features::lora::store::{change, panels};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Invalid, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Links a model to a character.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LinkCharacter {
    pub id: Uuid,
    /// The version that was looked at.
    pub version: i32,
    pub character: Uuid,
}

impl Action for LinkCharacter {
    const NAME: &'static str = "lora.link";
    const EVENT: &'static str = "admin_lora_linked";
    const PERMISSION: Permission = Permission::LoraAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<String>> {
        let before = change::lock(tx, self.id).await?;
        must_be_there(&before)?;
        must_be_seen(&before, self.version)?;
        let (character, owner) = panels::character(tx, self.character).await?;
        if owner != before.user_id {
            return Err(Error::field("character", "This character belongs to another user."));
        }
        if before.character.as_ref() == Some(&character) {
            return Err(Error::field("character", "It is linked to this character already."));
        }
        let after = change::link(tx, self.id, Some(character.id)).await?;
        Ok(Applied::to(Target::of(&after), character.name)
            .change(Change::updated(&before, &after)?)
            .event(json!({ "model_id": self.id, "character_id": character.id })))
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkFields {
    pub version: Option<i32>,
    pub character: Option<Uuid>,
}

impl LinkFields {
    /// The action that was asked for.
    pub fn parse(&self, id: Uuid) -> Result<LinkCharacter, Invalid> {
        let character = self.character.ok_or_else(|| Invalid::field("character", "Choose a character."))?;
        Ok(LinkCharacter { id, version: self.version.unwrap_or_default(), character })
    }
}

/// Takes the link to a character away.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnlinkCharacter {
    pub id: Uuid,
}

impl Action for UnlinkCharacter {
    const NAME: &'static str = "lora.unlink";
    const EVENT: &'static str = "admin_lora_unlinked";
    const PERMISSION: Permission = Permission::LoraAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<String>> {
        let before = change::lock(tx, self.id).await?;
        must_be_there(&before)?;
        let character = before.character.clone().ok_or_else(|| Error::Conflict("It is linked to no character.".into()))?;
        let after = change::link(tx, self.id, None).await?;
        Ok(Applied::to(Target::of(&after), character.name)
            .change(Change::updated(&before, &after)?)
            .event(json!({ "model_id": self.id, "character_id": character.id })))
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnlinkFields {}
