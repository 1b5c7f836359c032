//! Saying that one is at it.
use crate::features::alerts::store::watch;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Invalid, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// The longest note, in characters.
const LONGEST: usize = 1_000;

/// Says that somebody is at it; done again, it changes the note.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AcknowledgeAlert {
    pub id: Uuid,
    pub note: Option<String>,
}

impl Action for AcknowledgeAlert {
    const NAME: &'static str = "alerts.acknowledge";
    const EVENT: &'static str = "admin_alert_acknowledged";
    const PERMISSION: Permission = Permission::AlertsAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let before = watch::lock(tx, self.id).await?;
        if before.cleared_at.is_some() {
            return Err(Error::Conflict("This alert has cleared by itself meanwhile.".into()));
        }
        watch::acknowledge(tx, self.id, actor.id(), self.note.as_deref()).await?;
        let after = watch::lock(tx, self.id).await?;
        let event = json!({ "rule": after.rule, "subject": after.subject });
        Ok(Applied::to(Target::of(&after), after.summary.clone()).change(Change::updated(&before, &after)?).event(event))
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeFields {
    pub note: Option<String>,
}

impl AcknowledgeFields {
    /// The action that was asked for.
    pub fn parse(&self, id: Uuid) -> Result<AcknowledgeAlert, Invalid> {
        let note = self.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
        match note.map(|note| note.chars().count()) {
            Some(length) if length > LONGEST => {
                Err(Invalid::field("note", format!("Use at most {LONGEST} characters; these are {length}.")))
            }
            _ => Ok(AcknowledgeAlert { id, note: note.map(str::to_owned) }),
        }
    }
}
