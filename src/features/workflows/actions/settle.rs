//! Saying how a run ended that nobody could say anything of: an admin has looked, and decides.
use crate::features::workflows::model::{RunState, Verdict};
use crate::features::workflows::store::{self, events};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Invalid, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Decides how a run ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SettleWorkflow {
    pub id: Uuid,
    pub verdict: Verdict,
    pub why: Why,
}

impl Action for SettleWorkflow {
    const NAME: &'static str = "workflows.settle";
    const EVENT: &'static str = "admin_workflow_settled";
    const PERMISSION: Permission = Permission::WorkflowsAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = RunState;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<RunState>> {
        let before = store::lock(tx, self.id).await?;
        if before.state != RunState::Unknown {
            return Err(Error::Conflict(format!("It is {} by now.", before.state.label().to_lowercase()).into()));
        }
        let (state, error) = match self.verdict {
            Verdict::Succeeded => (RunState::Succeeded, None),
            Verdict::Failed => {
                (RunState::Failed, Some(("An admin found that it failed; the crew's host did not say so.", "settled as failed")))
            }
            Verdict::Stopped => (RunState::Stopped, None),
        };
        let after = store::end(tx, self.id, state, error).await?;
        let audit = tx.audit_id();
        events::add(tx, self.id, "settled", &format!("{} decided: {}.", actor.name, self.verdict.label()), Some(audit)).await?;
        Ok(Applied::to(Target::of(&before), state)
            .change(Change::updated(&before, &after)?)
            .event(json!({ "workflow_job_id": self.id, "crew": before.crew, "state": state, "user_id": before.user })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettleFields {
    pub verdict: Option<Verdict>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl SettleFields {
    /// The action that was asked for; everything that is wrong is said together.
    pub fn parse(&self, id: Uuid) -> Result<SettleWorkflow, Invalid> {
        let verdict = self.verdict.ok_or_else(|| Invalid::field("verdict", "Choose what you found."));
        match (verdict, Why::required(self.reason.as_deref(), self.ticket.as_deref())) {
            (Ok(verdict), Ok(why)) => Ok(SettleWorkflow { id, verdict, why }),
            (verdict, why) => {
                Err(Invalid { fields: [verdict.err(), why.err()].into_iter().flatten().flat_map(|wrong| wrong.fields).collect() })
            }
        }
    }
}
