//! Stopping a run: at once while it waits, else by asking its crew's host.
use super::enqueue;
use crate::features::workflows::jobs::Stop;
use crate::features::workflows::model::RunState;
use crate::features::workflows::store::{self, events};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Invalid, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Stops a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StopWorkflow {
    pub id: Uuid,
    pub why: Why,
}

impl Action for StopWorkflow {
    const NAME: &'static str = "workflows.stop";
    const EVENT: &'static str = "admin_workflow_stopped";
    const PERMISSION: Permission = Permission::WorkflowsAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let before = store::lock(tx, self.id).await?;
        if let Some(why) = before.no_stop() {
            return Err(Error::Conflict(why.into()));
        }
        if before.stop_asked {
            return Err(Error::Conflict("Its crew's host has been asked already.".into()));
        }
        store::ask_to_stop(tx, self.id).await?;
        let waits = before.state == RunState::Queued && before.external_id.is_none();
        let (after, effect) = if waits {
            let after = store::end(tx, self.id, RunState::Stopped, None).await?;
            (after, Effect::count("run is taken out of the queue: it was not started yet", 1))
        } else {
            enqueue(tx, actor, &Stop { run: self.id }).await?;
            let after = store::find(&mut **tx, self.id).await?;
            (after, Effect::count("crew is asked to stop; what its tasks did so far stays done", 1))
        };
        let audit = tx.audit_id();
        events::add(tx, self.id, "stop", &format!("{} asked to stop it.", actor.name), Some(audit)).await?;
        Ok(Applied::to(Target::of(&before), ())
            .change(Change::updated(&before, &after)?)
            .effect(effect)
            .event(json!({ "workflow_job_id": self.id, "crew": before.crew, "user_id": before.user })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StopFields {
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl StopFields {
    /// The action that was asked for.
    pub fn parse(&self, id: Uuid) -> Result<StopWorkflow, Invalid> {
        Ok(StopWorkflow { id, why: Why::required(self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
