//! Starting a run that failed again: a new attempt with what the first was started with.
use super::enqueue;
use crate::features::workflows::jobs::Kickoff;
use crate::features::workflows::store::{self, chain, events};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Invalid, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Starts a run again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RetryWorkflow {
    pub id: Uuid,
    /// The new attempt's id: chosen by the form, so that what was shown and what is done are the same.
    pub attempt: Uuid,
    /// How many attempts there may be.
    pub most: i64,
    pub why: Why,
}

impl Action for RetryWorkflow {
    const NAME: &'static str = "workflows.retry";
    const EVENT: &'static str = "admin_workflow_retried";
    const PERMISSION: Permission = Permission::WorkflowsAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = Uuid;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<Uuid>> {
        let root = store::find(&mut **tx, self.id).await?.root;
        let newest = chain::hold(tx, root).await?;
        let run = store::lock(tx, self.id).await?;
        if let Some(why) = run.not_again(newest, self.most) {
            return Err(Error::Conflict(why.into()));
        }
        let added = chain::again(tx, &run, self.attempt, actor.id()).await?;
        let (audit, by) = (tx.audit_id(), &actor.name);
        events::add(tx, added.id, "asked", &format!("{by} asked for attempt {}.", added.attempt), Some(audit)).await?;
        enqueue(tx, actor, &Kickoff { run: added.id }).await?;
        let event =
            json!({ "workflow_job_id": run.id, "attempt_id": added.id, "attempt": added.attempt, "crew": run.crew, "user_id": run.user });
        Ok(Applied::to(Target::of(&run), added.id)
            .change(Change::made(&added)?)
            .effect(Effect::count(
                format!(
                    "is the new attempt's number, of {} at most: it costs what the first did, and its tasks do again what they do outside",
                    self.most
                ),
                i64::from(added.attempt),
            ))
            .event(event))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetryFields {
    pub attempt: Option<Uuid>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl RetryFields {
    /// The action that was asked for.
    pub fn parse(&self, id: Uuid, most: i64) -> Result<RetryWorkflow, Invalid> {
        let attempt = self.attempt.ok_or_else(|| Invalid::field("reason", "Open this form again: it is not whole."))?;
        Ok(RetryWorkflow { id, attempt, most, why: Why::required(self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
