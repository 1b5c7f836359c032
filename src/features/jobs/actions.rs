//! What can be done with a job.
pub mod bulk;

use super::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Invalid, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Gives a dead job new attempts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RetryJob {
    pub id: Uuid,
}

impl Action for RetryJob {
    const NAME: &'static str = "jobs.retry";
    const EVENT: &'static str = "admin_job_retried";
    const PERMISSION: Permission = Permission::JobsAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<String>> {
        let before = store::tracked(tx, self.id).await?;
        store::retry(tx, self.id).await?;
        let after = store::tracked(tx, self.id).await?;
        Ok(Applied::to(Target::of(&after), after.name.clone())
            .change(Change::updated(&before, &after)?)
            .event(json!({ "job": after.name })))
    }
}

/// Takes a waiting job out of the queue: what it should do does not happen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CancelJob {
    pub id: Uuid,
    pub why: Why,
}

impl Action for CancelJob {
    const NAME: &'static str = "jobs.cancel";
    const EVENT: &'static str = "admin_job_cancelled";
    const PERMISSION: Permission = Permission::JobsAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<String>> {
        let before = store::tracked(tx, self.id).await?;
        store::cancel(tx, self.id).await?;
        let after = store::tracked(tx, self.id).await?;
        Ok(Applied::to(Target::of(&after), after.name.clone())
            .change(Change::updated(&before, &after)?)
            .effect(Effect::count("job is never done", 1))
            .event(json!({ "job": after.name })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// A form without fields.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}

/// The form of a cancellation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelFields {
    pub reason: Option<String>,
}

impl CancelFields {
    /// The action that was asked for.
    pub fn parse(&self, id: Uuid) -> Result<CancelJob, Invalid> {
        Ok(CancelJob { id, why: Why::required(self.reason.as_deref(), None)? })
    }
}
