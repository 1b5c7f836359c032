//! Suspending: they cannot come in any more, and whoever is in goes out.
use super::EndUserSessions;
use crate::features::users::jobs::EndSessions;
use crate::features::users::model::Status;
use crate::features::users::store;
use crate::jobs::NewJob;
use crate::kernel::{
    Action, Actor, Applied, Assurance, Audited, Caution, Change, Effect, Error, Invalid, Permission, Result, Target, Tx, Why,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Suspends a user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SuspendUser {
    pub id: Uuid,
    pub why: Why,
}

impl Action for SuspendUser {
    const NAME: &'static str = "users.suspend";
    const EVENT: &'static str = "admin_user_suspended";
    const PERMISSION: Permission = Permission::UsersStatus;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let before = store::lock(tx, self.id).await?;
        if before.status != Status::Active {
            return Err(Error::Conflict(format!("They are {} already.", before.status.label().to_lowercase()).into()));
        }
        let sessions = store::open_sessions(&mut **tx, self.id).await?;
        let work = store::open_work(&mut **tx, self.id).await?;
        let after = store::set_status(tx, self.id, Status::Suspended, self.why.reason.as_deref()).await?;
        enqueue(tx, actor, self.id).await?;
        Ok(Applied::to(Target::of(&after), after.label())
            .change(Change::updated(&before, &after)?)
            .effect(Effect::count("open sessions end within seconds", sessions))
            .effect(Effect::count("queued or running jobs go on; their results wait for a restore", work))
            .event(json!({ "user_id": self.id, "tier": after.tier })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

async fn enqueue(tx: &mut Tx, actor: &Actor, user: Uuid) -> Result<()> {
    let mut job = NewJob::of(&EndSessions(EndUserSessions { id: user }))?.cause(tx.audit_id());
    if let Some(request) = actor.request_id {
        job = job.request_id(request);
    }
    job.enqueue(tx).await?;
    Ok(())
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuspendFields {
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl SuspendFields {
    /// The action that was asked for.
    pub fn parse(&self, id: Uuid) -> Result<SuspendUser, Invalid> {
        Ok(SuspendUser { id, why: Why::required(self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
