//! Ending a user's sessions: done by a job, after the change that asks for it.
use crate::features::users::model::OpenSessions;
use crate::features::users::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Audited, Caution, Change, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Signs a user out everywhere.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndUserSessions {
    pub id: Uuid,
}

impl Action for EndUserSessions {
    const NAME: &'static str = "users.end_sessions";
    const EVENT: &'static str = "admin_user_sessions_ended";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = i64;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<i64>> {
        let user = store::find(&mut **tx, self.id).await?;
        let ended = store::end_sessions(tx, self.id).await?;
        let counted = |open_sessions| OpenSessions { user_id: self.id, label: user.label(), open_sessions };
        Ok(Applied::to(Target::of(&user), ended)
            .change(Change::updated(&counted(ended), &counted(0))?)
            .event(json!({ "user_id": self.id, "sessions": ended })))
    }
}
