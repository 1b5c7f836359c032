//! Cancelling a training that waits or runs.
use super::{must_be_there, stop};
use crate::features::lora::store::{self, change};
use crate::kernel::{Action, Actor, Applied, Assurance, Audited, Caution, Change, Error, Invalid, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Stops the attempt that waits or runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CancelTraining {
    pub id: Uuid,
    pub why: Why,
}

/// That a stop was asked for, as the audit log keeps it.
#[derive(Serialize)]
struct Stop {
    #[serde(skip)]
    id: Uuid,
    #[serde(skip)]
    label: String,
    attempt: i32,
    stop_asked: bool,
}

impl Audited for Stop {
    const KIND: &'static str = "lora_model";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        self.label.clone()
    }
}

impl Action for CancelTraining {
    const NAME: &'static str = "lora.cancel";
    const EVENT: &'static str = "admin_lora_cancelled";
    const PERMISSION: Permission = Permission::LoraAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let before = change::lock(tx, self.id).await?;
        must_be_there(&before)?;
        let attempt =
            change::active(tx, self.id).await?.ok_or_else(|| Error::Conflict("No training of this model waits or runs.".into()))?;
        if attempt.cancel_asked_at.is_some() {
            return Err(Error::Conflict("The training service is being asked to stop it already.".into()));
        }
        let effect = stop(tx, actor, &attempt).await?;
        let after = store::find(tx, self.id).await?;
        let asked = |stop_asked| Stop { id: self.id, label: before.label(), attempt: attempt.number, stop_asked };
        Ok(Applied::to(Target::of(&after), ())
            .change(Change::updated(&asked(false), &asked(true))?)
            .effect(effect)
            .event(json!({ "model_id": self.id, "attempt": attempt.number })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelFields {
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl CancelFields {
    /// The action that was asked for.
    pub fn parse(&self, id: Uuid) -> Result<CancelTraining, Invalid> {
        Ok(CancelTraining { id, why: Why::optional(self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
