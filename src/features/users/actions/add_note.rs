//! Adding a note: what the next colleague should know.
use crate::features::users::model::Note;
use crate::features::users::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Audited, Caution, Change, Error, Invalid, Permission, Result, Target, Tx, id};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// The longest note, in characters.
const LONGEST: usize = 5_000;

/// Writes a note about a user down.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AddNote {
    pub user: Uuid,
    pub body: String,
}

impl Action for AddNote {
    const NAME: &'static str = "users.add_note";
    const EVENT: &'static str = "admin_user_note_added";
    const PERMISSION: Permission = Permission::UsersNote;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = Uuid;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<Uuid>> {
        let user = store::find(&mut **tx, self.user).await?;
        let admin = actor.id().ok_or_else(|| Error::internal("only an admin writes notes"))?;
        let note = Note { id: id::new(), body: self.body, about: user.label() };
        store::add_note(tx, self.user, admin, &note).await?;
        Ok(Applied::to(Target::of(&user), note.id).change(Change::made(&note)?).event(json!({ "user_id": self.user })))
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteFields {
    pub body: Option<String>,
}

impl NoteFields {
    /// The action that was asked for.
    pub fn parse(&self, user: Uuid) -> Result<AddNote, Invalid> {
        let body = self.body.as_deref().unwrap_or_default().trim();
        match body.chars().count() {
            0 => Err(Invalid::field("body", "Write something first.")),
            length if length > LONGEST => Err(Invalid::field("body", format!("Use at most {LONGEST} characters; these are {length}."))),
            _ => Ok(AddNote { user, body: body.to_owned() }),
        }
    }
}
