//! Ending one of one's other sessions: whoever sits there is out on their next click.
use super::own;
use crate::features::account::model::{EndedSession, reference};
use crate::features::account::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Audited, Caution, Change, Error, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Ends one of an admin's own sessions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndSession {
    /// What it is called on the page.
    pub reference: String,
}

impl Action for EndSession {
    const NAME: &'static str = "account.end_session";
    const EVENT: &'static str = "admin_session_ended";
    const PERMISSION: Permission = Permission::Own;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    /// The device that it was on, in words.
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        if actor.session.as_deref().map(reference).as_ref() == Some(&self.reference) {
            return Err(Error::Conflict("This is the session that you are in. Sign out to end it.".into()));
        }
        let admin = own(actor)?;
        let account = store::lock(tx, admin).await?;
        let ended = store::end_session(tx, admin, &self.reference).await?;
        let ended = EndedSession::from(ended.ok_or_else(|| Error::NotFound("You have no such session, or it has ended already.".into()))?);
        Ok(Applied::to(Target::of(&account), ended.label()).change(Change::removed(&ended)?).event(json!({ "device": ended.device })))
    }
}
